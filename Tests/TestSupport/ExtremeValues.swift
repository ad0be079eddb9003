import GannetTensor
import Testing

/// Expects the values of `function` at `inputs` and the gradients of their sum to be those given: NaN
/// where these are, else each to 2e-6 of itself, or to 1e-41, since PyTorch and Gannet round numbers
/// below 1e-38 differently.
package func expectExtremes(
  _ inputs: [Float], values: [Float], gradients wanted: [Float]? = nil,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation,
  of function: (Tensor) -> Tensor
) {
  let x = Tensor(inputs).requiringGradient()
  let y = function(x)
  y.sum().backward()
  func expect(_ actual: [Float], _ expected: [Float], _ kind: String) {
    for (place, (a, b)) in zip(actual, expected).enumerated() {
      let isSame =
        a == b || (a.isNaN && b.isNaN)
        || abs(Double(a) - Double(b)) <= max(2e-6 * Double(abs(b)), 1e-41)
      #expect(
        isSame, "\(comment()) \(kind) at \(inputs): \(a), expected \(b) in place \(place)",
        sourceLocation: sourceLocation)
    }
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  }
  expect(y.scalars, values, "value")
  if let wanted { expect(x.gradient!.scalars, wanted, "gradient") }
}
