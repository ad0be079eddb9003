/// The gradients of (x - mean) / √(variance + epsilon) · weight + bias by recorded operations.
struct NormFormula {
  /// x less its mean.
  private let centered: Tensor
  /// 1 / √(variance + epsilon).
  private let inverse: Tensor
  private let weight: Tensor
  /// The axes that mean and variance are over; nil where these are constants.
  private let axes: Axes?

  /// With the mean and the variance of `x` over `axes`; the weight broadcasts to `x`.
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

  /// The wanted gradients of x, weight and bias; those of weight and bias have the weight's shape.
  func gradients(_ dy: Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let normalized = centered * inverse
    return [
      wanted(0) { inputGradient(dy * weight, normalized) },
      wanted(1) { (dy * normalized).summed(to: weight.shape) },
      wanted(2) { dy.summed(to: weight.shape) },
    ]
  }

  private func inputGradient(_ scaled: Tensor, _ normalized: Tensor) -> Tensor {
    guard let axes else { return scaled * inverse }
    let mean = scaled.mean(along: axes, keepingAxes: true)
    let slope = (scaled * normalized).mean(along: axes, keepingAxes: true)
    return (scaled - mean - normalized * slope) * inverse
  }
}
