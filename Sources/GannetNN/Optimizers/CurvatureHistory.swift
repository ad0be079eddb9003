import GannetTensor

/// The changes of the gradient in past steps, from which L-BFGS approximates the inverse Hessian.
struct CurvatureHistory {
  /// A step of the parameters and the change of the gradient over it, flat.
  struct Pair {
    let change: Tensor
    let step: Tensor
    /// 1 / (change · step).
    let inverse: Double
  }

  /// The latest pairs, the oldest one first.
  private(set) var pairs: [Pair] = []
  /// The curvature that is assumed beside the pairs, as in the latest one.
  private var scale = 1.0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Adds a pair, unless the loss is not convex along it; forgets the oldest one beyond the limit.
  mutating func append(change: Tensor, step: Tensor) {
    let curvature = change.dot(step)
    guard curvature > 1e-10 else { return }
    if pairs.count == limit { pairs.removeFirst() }
    pairs.append(Pair(change: change, step: step, inverse: 1 / curvature))
    scale = curvature / change.sumOfSquares
  }

  /// The negative product of the approximate inverse Hessian and the gradient, by two loops over the
  /// pairs.
  func direction(against gradient: Tensor) -> Tensor {
    var result = -gradient
    var shares: [Double] = []
    for pair in pairs.reversed() {
      let share = pair.step.dot(result) * pair.inverse
      result.add(pair.change, scaledBy: Float(-share))
      shares.append(share)
    }
    result *= Float(scale)
    for (pair, share) in zip(pairs, shares.reversed()) {
      let correction = pair.change.dot(result) * pair.inverse
      result.add(pair.step, scaledBy: Float(share - correction))
    }
    return result
  }
}
