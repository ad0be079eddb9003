/// Instance normalization: normalizes each channel of each example by its mean and variance (Ulyanov
/// et al., 2016), then scales and shifts it.
///
/// - Parameters:
///   - x: `[N, C, L]` or `[N, C, H, W]`; stops where a channel has a single value.
///   - weight: `[C]`; ones by default.
///   - bias: `[C]`; zeros by default.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
/// - Returns: The shape of `x`.
public func instanceNorm(
  _ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
  guard (3...4).contains(x.rank) else {
    failShape("instanceNorm", x.shape, expected: "[N, C, L] or [N, C, H, W]")
  }
  guard x.shape.dropFirst(2).reduce(1, *) > 1 else {
    failShape("instanceNorm", x.shape, expected: "more than one value of each channel")
  }
  return groupNorm(x, groups: x.shape[1], weight: weight, bias: bias, epsilon: epsilon)
}
