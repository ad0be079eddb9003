#if ONNX
import GannetTensor

/// Comparisons, clipping and choices, of all pairs of some numbers with NaN and infinities among them.
enum ExtremeComparisons {
  private static let numbers: [Float] = [.nan, .infinity, -.infinity, -1.5, -0.0, 0, 1, 2]

  /// `[8, 1]` and `[1, 8]`.
  static var inputs: [Tensor] {
    [Tensor(numbers).unsqueezed(at: 1), Tensor(numbers).unsqueezed(at: 0)]
  }

  /// `[8, 8, 10]`.
  static func function(_ x: [Tensor]) -> Tensor {
    let shape: Shape = [x[0].shape[0], numbers.count]
    let (a, b) = (x[0].expanded(to: shape), x[1].expanded(to: shape))
    return stack(
      [
        a .< b, a .<= b, a .== b, a .!= b, maximum(a, b), minimum(a, b),
        a.clamped(to: -1...1), relu(a), a.replacing(with: b, where: a .> 0), sign(a),
      ], along: 2)
  }
}
#endif
