import Gannet
import Reproduction

/// Attention pooling with a learned factor w of the distances, 1 / width: the first edition's model,
/// in which each training point attends to all others.
struct LearnedWidth {
  private let curve: NoisyCurve
  private let others: AttentionMask
  private(set) var factor: Tensor

  init(_ curve: NoisyCurve) {
    self.curve = curve
    let count = curve.x.count
    let own = (0..<count).flatMap { row in
      (0..<count).map { Float($0 == row ? 0 : 1) }
    }
    others = .allowed(Tensor(own, shape: [count, count]))
    factor = Tensor(uniform: [1]).requiringGradient()
  }

  /// The weights of the keys for `queries`.
  func weights(_ queries: Tensor, _ mask: AttentionMask = .none) -> Tensor {
    let distances = queries.unsqueezed(at: 1) - curve.x.unsqueezed(at: 0)
    let scaled = distances * factor
    return maskedSoftmax(scaled * scaled * -0.5, mask)
  }

  /// Takes `count` steps on the sum of the squared errors; returns the losses.
  mutating func train(steps count: Int, learningRate: Float) -> [Double] {
    (0..<count).map { _ in
      let estimates = matmul(weights(curve.x, others), curve.y.unsqueezed(at: 1))
      let errors = estimates.squeezed(at: 1) - curve.y
      let loss = (errors * errors).sum()
      loss.backward()
      var variables = [factor]
      takeStep(&variables, learningRate: learningRate)
      factor = variables[0]
      return Double(loss.scalar)
    }
  }
}
