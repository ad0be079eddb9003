import Gannet
import Reproduction

/// A bidirectional layer beside two networks that run in opposite directions.
struct OppositeDirections {
  private let layer = RNN(16, 8, isBidirectional: true)
  private let steps = 20

  var figures: SectionResult {
    let x = Tensor(normal: [steps, 4, 16])
    let (forward, backward) = (RNN(16, 8), RNN(16, 8))
    forward.weights[0][0].copy(layer.weights[0][0])
    backward.weights[0][0].copy(layer.weights[0][1])
    let output = layer(x).output
    let (ahead, back) = halves(x)
    let both = concatenate(
      [forward(x).output, backward(x.flipped(along: 0)).output.flipped(along: 0)], along: 2)
    let (otherEnd, otherStart) = (replacing(steps - 1, of: x), replacing(0, of: x))
    return SectionResult(figures: [
      BidirectionalFigures.outputSize:
        Double(output.shape[2]) / Double(forward(x).output.shape[2]),
      BidirectionalFigures.weights:
        Double(layer.parameters.scalarCount) / Double(forward.parameters.scalarCount),
      BidirectionalFigures.twoNetworks: largestDifference(both, output),
      BidirectionalFigures.forwardHalf:
        largestDifference(halves(otherEnd).ahead[0..<steps - 1], ahead[0..<steps - 1]),
      BidirectionalFigures.backwardHalf:
        largestDifference(halves(otherStart).back[1..<steps], back[1..<steps]),
      BidirectionalFigures.future:
        largestDifference(layer(otherEnd).output[steps / 2], output[steps / 2]),
      BidirectionalFigures.past:
        largestDifference(layer(otherStart).output[steps / 2], output[steps / 2]),
    ])
  }

  private func halves(_ x: Tensor) -> (ahead: Tensor, back: Tensor) {
    let parts = layer(x).output.split(into: 2, along: 2)
    return (parts[0], parts[1])
  }

  private func replacing(_ step: Int, of x: Tensor) -> Tensor {
    var x = x
    x[step] = Tensor(normal: [4, 16])
    return x
  }
}
