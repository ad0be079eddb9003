import GannetTensor
import TestSupport
import Testing

@Suite struct RMSNormTests {
  @Test(arguments: ["vectors", "sequences", "images", "far"])
  func valuesAndGradientsArePyTorchs(_ name: String) throws {
    let fixture = try Fixture("norms")
    let epsilon = (fixture.arguments("rms_\(name)")["epsilon"] as? Double).map { Float($0) }
    fixture.check("rms_\(name)") { rmsNorm($0[0], weight: $0[1], epsilon: epsilon ?? .ulpOfOne) }
  }

  @Test func gradientsAndSecondDerivativesAreThoseOfDifferences() {
    let inputs = [Tensor(hash: 1, [3, 2, 5]), Tensor(hash: 2, [2, 5], low: 0.5, high: 2)]
    expectGradients(inputs) { rmsNorm($0[0], weight: $0[1]) }
    expectSecondDerivatives(inputs) { rmsNorm($0[0], weight: $0[1], epsilon: 0.1) }
  }

  /// Rows longer than a block and more rows than a lane.
  @Test func longRowsAndManyRowsHaveTheRootMeanSquareOne() {
    for (rows, columns) in [(3, 5_000), (4_001, 17)] {
      let x = Tensor(hash: 1, [rows, columns], low: 1, high: 3)
      let y = rmsNorm(x, weight: Tensor(ones: [columns]), epsilon: 0)
      expectClose((y * y).mean(along: 1), Tensor(ones: [rows]), tolerance: 1e-6)
      expectClose(rmsNorm(x * 1_000, weight: Tensor(ones: [columns])), y, tolerance: 1e-6)
    }
  }

  @Test(arguments: MemoryForm.allCases) func everyFormOfMemoryGivesTheSameBits(form: MemoryForm) {
    let x = Tensor(hash: 1, [3, 4, 5, 6])
    let weight = Tensor(hash: 2, [5, 6])
    expectIdentical(rmsNorm(form(x), weight: form(weight)), rmsNorm(x, weight: weight), "\(form)")
  }

  @Test func zerosAndNaNStayInTheirRows() {
    let x = Tensor([0, 0, 1, .nan, 3e30, 4e30], shape: [3, 2])
    let y = rmsNorm(x, weight: Tensor(ones: [2])).scalars
    #expect(Array(y.prefix(2)) == [0, 0] && y[2].isNaN && y[3].isNaN)
    expectClose(Tensor(Array(y.suffix(2))), Tensor([0.848_528_1, 1.131_370_9]), tolerance: 1e-6)
  }
}

@Suite struct InstanceNormTests {
  @Test(arguments: ["sequences", "images", "wide"])
  func valuesAndGradientsArePyTorchs(_ name: String) throws {
    let fixture = try Fixture("norms")
    fixture.check("instance_\(name)") { instanceNorm($0[0], weight: $0[1], bias: $0[2]) }
    fixture.check("instance_\(name)_plain") { instanceNorm($0[0]) }
  }

  @Test func itIsGroupNormOfSingleChannels() {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let (weight, bias) = (Tensor(hash: 2, [3]), Tensor(hash: 3, [3]))
    expectIdentical(
      instanceNorm(x, weight: weight, bias: bias, epsilon: 1e-3),
      groupNorm(x, groups: 3, weight: weight, bias: bias, epsilon: 1e-3))
    // Images do not see one another.
    expectIdentical(instanceNorm(x)[1..<2], instanceNorm(x[1..<2]))
  }
}

/// Norms of `[N, C, L]`, and without parameters.
@Suite struct SequenceNormTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("norms")
    for (name, activation) in [("sequences", Activation.identity), ("sequences_relu", .relu)] {
      fixture.check("batch_\(name)") {
        batchNorm($0[0], weight: $0[1], bias: $0[2], activation: activation).result
      }
      fixture.check("batch_\(name)_residual") {
        batchNorm(
          $0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: activation
        ).result
      }
      fixture.check("batch_\(name)_predicted") {
        batchNorm(
          $0[0], mean: $0[3], variance: $0[4], weight: $0[1], bias: $0[2], activation: activation)
      }
    }
    fixture.check("batch_plain") { batchNorm($0[0]).result }
    fixture.check("group_sequences") {
      groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])
    }
    fixture.check("group_plain") { groupNorm($0[0], groups: 2) }
  }

  @Test func statisticsAreThoseOfAllPositions() {
    let x = Tensor(hash: 1, [3, 4, 7])
    let statistics = batchNorm(x).statistics
    expectClose(statistics.mean, x.mean(along: [0, 2]), tolerance: 1e-6)
    expectClose(
      statistics.variance, x.variance(along: [0, 2], unbiased: false), tolerance: 1e-6)
  }

  @Test func ranksThatAreNoSequencesStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = groupNorm(Tensor(zeros: [4]), groups: 2)
    }
    expectMessage(result, "groupNorm: shape [4], expected [N, C], [N, C, L] or [N, C, H, W]")
  }
}
