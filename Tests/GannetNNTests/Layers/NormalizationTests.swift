import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct NormalizationTests {
  @Test func layersAreTheirFunctions() {
    let x = Tensor(hash: 1, [4, 6, 5, 3])
    let sequences = Tensor(hash: 2, [4, 6, 5])
    expectIdentical(InstanceNorm(6)(x), instanceNorm(x))
    expectIdentical(InstanceNorm(6, affine: true)(sequences), instanceNorm(sequences))
    expectIdentical(GroupNorm(6, groups: 3)(sequences), groupNorm(sequences, groups: 3))
    expectIdentical(RMSNorm(3)(x), rmsNorm(x, weight: Tensor(ones: [3])))
    expectIdentical(
      RMSNorm([5, 3], epsilon: 1)(x), rmsNorm(x, weight: Tensor(ones: [5, 3]), epsilon: 1))
  }

  @Test func layersThatAreNotAffineHaveNoParameters() throws {
    let x = Tensor(hash: 1, [4, 6, 5, 3])
    let pairs: [(plain: any Layer, affine: any Layer)] = [
      (BatchNorm2D(6, affine: false), BatchNorm2D(6)),
      (LayerNorm(3, affine: false), LayerNorm(3)),
      (LayerNorm([5, 3], affine: false), LayerNorm([5, 3])),
      (GroupNorm(6, groups: 2, affine: false), GroupNorm(6, groups: 2)),
      (InstanceNorm(6), InstanceNorm(6, affine: true)), (RMSNorm(3, affine: false), RMSNorm(3)),
    ]
    for (plain, affine) in pairs {
      #expect(plain.parameters.isEmpty && !affine.parameters.isEmpty)
      expectIdentical(plain(x), affine(x), "\(type(of: plain))")
      expectIdentical(plain.evaluating { plain(x) }, affine.evaluating { affine(x) })
    }
    let names = BatchNorm1D(2, affine: false).stateDictionary.keys.sorted()
    #expect(names == ["num_batches_tracked", "running_mean", "running_var"])
    let scaled = LayerNorm(3, hasBias: false)
    #expect(scaled.parameters.names == ["weight"])
    expectIdentical(scaled(x), LayerNorm(3)(x))
    #expect(InstanceNorm(2, affine: true).parameters.names == ["weight", "bias"])
  }

  @Test func wrongInputsStop() async {
    let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = InstanceNorm(3)(Tensor(zeros: [2, 4, 5]))
    }
    expectMessage(channels, "InstanceNorm: shape [2, 4, 5], expected [N, 3, L]")
    let single = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = instanceNorm(Tensor(zeros: [2, 4, 1]))
    }
    expectMessage(single, "expected more than one value of each channel")
    let features = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RMSNorm(3)(Tensor(zeros: [2, 4]))
    }
    expectMessage(features, "rmsNorm: shapes [2, 4] and [3] don't fit")
  }
}
