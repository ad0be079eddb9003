import Foundation
import Gannet
import Reproduction

/// The norm of the last step's gradient with respect to earlier states, by distance.
struct GradientByDistance {
  private let steps = 100

  /// - Parameters:
  ///   - untrained: A language model.
  ///   - trained: Another one, after its training.
  ///   - batch: Windows for both.
  func run(
    untrained: LanguageModel<Tensor>, trained: LanguageModel<Tensor>,
    _ batch: Batch<IntTensor, IntTensor>
  ) throws -> SectionResult {
    var result = SectionResult()
    let linear = try DistanceFigures.growths.map { growth, figure in
      let norms = try linearNorms(largestEigenvalue: growth)
      result[figure] =
        pow(norms[99] / norms[49], 1 / 50)
      return Series("largest eigenvalue \(growth)", x: distances(norms), y: norms)
    }
    let models = [
      ("untrained", untrained, DistanceFigures.untrained),
      ("trained", trained, DistanceFigures.trained),
    ].map { name, model, figure in
      let norms = norms(model, batch)
      result[figure] =
        log10(norms[16] / norms[0])
      return Series(name, x: distances(norms), y: norms)
    }
    let sensitivities = [0.5, 3].map { sensitivity(spread: $0) }
    result[DistanceFigures.smallWeights] = sensitivities[0]
    result[DistanceFigures.largeWeights] = sensitivities[1]
    let (x, y) = (Axis("steps back"), Axis("norm of the gradient", log: true))
    result.plots = [
      Plot(
        "distance", title: "Gradient of the last step by distance",
        panels: [
          Panel("linear RNNs", x: x, y: y, series: linear),
          Panel("language models", x: x, y: y, series: models),
        ])
    ]
    return result
  }

  private func distances(_ norms: [Double]) -> [Double] { norms.indices.map(Double.init) }

  /// h(t) = W h(t-1), W symmetric and scaled to a largest eigenvalue.
  private func linearNorms(largestEigenvalue: Float) throws -> [Double] {
    let draw = Tensor(normal: [32, 32])
    let symmetric = draw + draw.transposed()
    let largest = abs(try symmetric.symmetricEigenvalues()).max().scalar
    let weight = symmetric * (largestEigenvalue / largest)
    var h = Tensor(normal: [32]).requiringGradient()
    let states =
      [h]
      + (1..<steps).map { _ in
        h = matmul(weight, h)
        return h
      }
    let gradients = gradients(
      of: states.last!, withRespectTo: states, seed: Tensor(normal: [32]))
    return gradients.reversed().map { Double($0.norm().scalar) }
  }

  /// Norms of the gradient of the loss at a batch's last step with respect to the states of all
  /// steps.
  private func norms(
    _ model: LanguageModel<Tensor>, _ batch: Batch<IntTensor, IntTensor>
  ) -> [Double] {
    let (tokens, targets) = (batch.inputs.transposed(), batch.targets.transposed())
    var states: [Tensor] = []
    for step in 0..<tokens.shape[0] {
      states.append(model.rnn(tokens[step..<step + 1], state: states.last).state)
    }
    let loss = crossEntropy(model.linear(states.last![0]), targets[-1])
    return gradients(of: loss, withRespectTo: states).reversed().map { Double($0.norm().scalar) }
  }

  /// The growth, as a decimal logarithm, of a small change of the first state over 32 steps of an
  /// RNN without inputs, whose weights have the standard deviation `spread` / √units.
  private func sensitivity(spread: Float) -> Double {
    let (size, change): (Int, Float) = (256, 1e-4)
    let rnn = RNN(
      1, size, hasBias: false, weightInitializer: .normal(standardDeviation: spread / 16))
    let inputs = Tensor(zeros: [32, 2, 1])
    let start = Tensor(normal: [size])
    let direction = Tensor(normal: [size])
    let changed = start + direction * (change / direction.norm().scalar)
    return withoutGradients {
      let last = rnn(inputs, state: stack([start, changed]).unsqueezed(at: 0)).output[-1]
      return Double(log10((last[0] - last[1]).norm().scalar / change))
    }
  }
}
