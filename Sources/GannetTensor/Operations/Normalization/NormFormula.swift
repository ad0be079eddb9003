/// The gradients of (x - mean) / √(variance + epsilon) · weight + bias by recorded operations.
struct NormFormula {
  /// x less its mean.
  private let centered: Tensor
  /// 1 / √(variance + epsilon).
  private let inverse: Tensor
  private let weight: Tensor
  /// The axes of mean and variance; nil where these are constants.
  private let axes: Axes?

  /// Uses the mean and the variance of `x` over `axes`; the weight broadcasts to `x`.
  init(_ x: Tensor, over axes: Axes, weight: Tensor, epsilon: Float) {
    // Centers twice, since values far from 0 keep a mean by rounding; the first may be any
    // constant.
    let near = x - x.detached().mean(along: axes, keepingAxes: true)
    centered = near - near.mean(along: axes, keepingAxes: true)
    inverse = 1 / sqrt((centered * centered).mean(along: axes, keepingAxes: true) + epsilon)
    self.weight = weight
    self.axes = axes
  }

  /// Uses constants, which broadcast to `x` as the weight does.
  init(_ x: Tensor, mean: Tensor, inverse: Tensor, weight: Tensor) {
    (centered, self.inverse, self.weight, axes) = (x - mean, inverse, weight, nil)
  }

  /// The gradients of x, weight and bias, for the inputs with a node; those of weight and bias have
  /// the weight's shape.
  func gradients(of inputs: [Node?], _ dy: Tensor) -> [Tensor?] {
    let normalized = centered * inverse
    return [
      inputs[0].map { _ in inputGradient(dy * weight, normalized) },
      inputs[1].map { _ in (dy * normalized).summed(to: weight.shape) },
      inputs[2].map { _ in dy.summed(to: weight.shape) },
    ]
  }

  private func inputGradient(_ scaled: Tensor, _ normalized: Tensor) -> Tensor {
    guard let axes else { return scaled * inverse }
    let mean = scaled.mean(along: axes, keepingAxes: true)
    let slope = (scaled * normalized).mean(along: axes, keepingAxes: true)
    return (scaled - mean - normalized * slope) * inverse
  }
}
