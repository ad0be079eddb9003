import Foundation
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct BatchNormTests {
  /// Three batches in training, then all of them in prediction.
  @Test(arguments: ["vectors", "sequences", "images", "cumulative"])
  func runningStatisticsArePyTorchs(_ name: String) throws {
    let fixture = try Fixture("batch_norms")
    fixture.check(name) { inputs in
      let (x, features) = (inputs[0], inputs[0].shape[1])
      let momentum = (fixture.arguments(name)["momentum"] as? NSNumber)?.floatValue
      let layer: BatchNorm =
        x.rank == 4
        ? BatchNorm2D(features, momentum: momentum) : BatchNorm1D(features, momentum: momentum)
      let size = x.shape[0] / 3
      for first in stride(from: 0, to: x.shape[0], by: size) {
        _ = layer(x.detached()[first..<first + size])
      }
      #expect(layer.numBatchesTracked.value.scalar == 3)
      layer.eval()
      return concatenate(
        [layer.runningMean.value, layer.runningVar.value, layer(x).reshaped(to: [-1])], along: 0)
    }
  }

  @Test func theStateHasPyTorchsNames() throws {
    let model = Sequential([BatchNorm2D(3)])
    let state = model.stateDictionary
    #expect(
      state.keys.sorted() == [
        "0.bias", "0.num_batches_tracked", "0.running_mean", "0.running_var", "0.weight",
      ])
    #expect(state["0.num_batches_tracked"]?.shape == [])
    #expect(model.parameters.map(\.name) == ["0.weight", "0.bias"])
    _ = model(Tensor(hash: 1, [4, 3, 5, 5]))
    let other = Sequential([BatchNorm2D(3)])
    try other.load(model.stateDictionary)
    let x = Tensor(hash: 2, [2, 3, 4, 4])
    expectIdentical(other.evaluating { other(x) }, model.evaluating { model(x) })
  }

  @Test func predictionLeavesTheStatisticsAlone() {
    let layer = BatchNorm1D(4)
    _ = layer(Tensor(hash: 1, [5, 4]))
    let (mean, variance) = (layer.runningMean.value, layer.runningVar.value)
    layer.eval()
    #expect(layer(Tensor(hash: 2, [1, 4])).shape == [1, 4])
    expectIdentical(layer.runningMean.value, mean)
    expectIdentical(layer.runningVar.value, variance)
  }

  @Test func fusedNeighboursAreTheSameLayers() {
    for tail in [[ReLU()], [Sigmoid(), Dropout(0.5)], [Dropout(0.5)], [Tanh()]] as [[any Layer]] {
      let make = { withRandomSeed(3) { Sequential([BatchNorm2D(6)] + tail) } }
      let (fused, plain) = (make(), make())
      let inputs = (0..<2).map { _ in Tensor(hash: 1, [4, 6, 5, 5]).requiringGradient() }
      fused.eval()
      plain.eval()
      for isTraining in [false, true] {
        for model in [fused, plain] {
          for case let norm as BatchNorm in model { norm.isTraining = isTraining }
        }
        let together = fused(inputs[0])
        let oneByOne = plain.reduce(inputs[1]) { x, layer in layer(x) }
        expectClose(together, oneByOne, tolerance: 1e-6)
        together.backward(seed: Tensor(hash: 2, together.shape))
        oneByOne.backward(seed: Tensor(hash: 2, together.shape))
        expectClose(inputs[0].gradient!, inputs[1].gradient!, tolerance: 1e-5)
      }
    }
  }

  @Test func exactStatisticsAreThoseOfAllBatches() {
    let model = Sequential([Linear(5, 7), BatchNorm1D(7), Dropout(0.5)])
    let x = Tensor(hash: 1, [60, 5], low: -1, high: 3)
    _ = model(x)
    let norm = model[1] as! BatchNorm
    let batches = [x[0..<10], x[10..<41], x[41..<60]]
    let tracked = norm.numBatchesTracked.value.scalar
    model.measureStatistics(over: batches) { _ = model($0) }
    let hidden = model[0](x)
    expectClose(norm.runningMean.value, hidden.mean(along: 0), tolerance: 1e-6)
    expectClose(norm.runningVar.value, hidden.variance(along: 0, unbiased: false), tolerance: 1e-6)
    #expect(norm.numBatchesTracked.value.scalar == tracked)
    // Afterwards all is as before: training, and running averages.
    let mean = norm.runningMean.value
    let y = model(x)
    #expect(y.scalars.contains(0))
    #expect(norm.runningMean.value.scalars != mean.scalars || norm.isTraining)
    #expect(norm.numBatchesTracked.value.scalar == tracked + 1)
  }

  @Test func wrongInputsStop() async {
    let single = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = BatchNorm1D(4)(Tensor(zeros: [1, 4]))
    }
    expectMessage(
      single, "batchNorm: shape [1, 4], expected more than one value of each channel to train on")
    let images = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = BatchNorm2D(4)(Tensor(zeros: [3, 4]))
    }
    expectMessage(images, "BatchNorm2D: shape [3, 4], expected [N, C, H, W]")
    let vectors = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = BatchNorm1D(4)(Tensor(zeros: [3, 4, 2, 2]))
    }
    expectMessage(vectors, "BatchNorm1D: shape [3, 4, 2, 2], expected [N, C] or [N, C, L]")
  }
}
