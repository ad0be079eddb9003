import GannetTensor
import Testing

/// Expects the same shape, and every element within `tolerance` times the root mean square of
/// `expected` (times 1 if that is 0). NaNs and infinities must agree.
@discardableResult
package func expectClose(
  _ actual: Tensor, _ expected: Tensor, tolerance: Double = 1e-5,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
  guard actual.shape == expected.shape else {
    record("shape \(actual.shape), expected \(expected.shape)", comment(), sourceLocation)
    return false
  }
  let (actual, wanted) = (actual.scalars, expected.scalars)
  let finite = wanted.lazy.filter(\.isFinite).map(Double.init)
  let meanSquare = finite.reduce(0) { $0 + $1 * $1 } / Double(max(1, finite.count))
  let scale = meanSquare > 0 ? meanSquare.squareRoot() : 1
  var worst = (index: 0, deviation: 0.0)
  for index in wanted.indices {
    let deviation = deviation(actual[index], wanted[index]) / scale
    if deviation > worst.deviation { worst = (index, deviation) }
  }
  guard worst.deviation > tolerance else { return true }
  record(
    """
    element \(position(worst.index, in: expected.shape)) of \(expected.shape) is \
    \(actual[worst.index]), expected \(wanted[worst.index]): off by \(worst.deviation) of the \
    root mean square \(scale), allowed \(tolerance)
    """, comment(), sourceLocation)
  return false
}

/// Expects the same shape and the same bits.
@discardableResult
package func expectIdentical(
  _ actual: Tensor, _ expected: Tensor, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
  guard actual.shape == expected.shape else {
    record("shape \(actual.shape), expected \(expected.shape)", comment(), sourceLocation)
    return false
  }
  let (actual, wanted) = (actual.scalars, expected.scalars)
  guard let index = wanted.indices.first(where: { actual[$0].bitPattern != wanted[$0].bitPattern })
  else { return true }
  record(
    """
    element \(position(index, in: expected.shape)) of \(expected.shape) is \(actual[index]), \
    expected exactly \(wanted[index])
    """, comment(), sourceLocation)
  return false
}

/// The distance of two numbers; infinite where only one is NaN or they are different infinities.
private func deviation(_ a: Float, _ b: Float) -> Double {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  let difference = abs(Double(a) - Double(b))
  return difference.isFinite ? difference : .infinity
}

/// The index along every axis of element `offset` in row-major order.
private func position(_ offset: Int, in shape: Shape) -> [Int] {
  var rest = offset
  return shape.reversed().map { size in
    defer { rest /= size }
    return rest % size
  }.reversed()
}

private func record(_ message: String, _ comment: String, _ sourceLocation: SourceLocation) {
  Issue.record(
    Comment(rawValue: comment.isEmpty ? message : "\(comment): \(message)"),
    sourceLocation: sourceLocation)
}
