/// An error of ``checkGradients(of:at:step:tolerance:sampleCount:)``: a gradient that differs from
/// finite differences.
public struct GradientMismatch: Error, CustomStringConvertible {
  /// The index of the input.
  public let input: Int
  /// The row-major index of the element.
  public let element: Int
  /// The derivative of the projected result by the tape.
  public let tape: Float
  /// The derivative of the projected result by finite differences.
  public let differences: Float
  /// The root mean square of the input's sampled derivatives.
  public let scale: Float

  public var description: String {
    "gradient of input \(input), element \(element): \(tape) by the tape, \(differences) by finite "
      + "differences, where the derivatives' root mean square is \(scale)"
  }
}

/// Checks the gradients of `function` at `inputs` against finite differences; throws a
/// ``GradientMismatch`` where they differ.
///
///     try checkGradients(of: { myLoss($0[0], weight: $0[1]) }, at: [x, weight])
///
/// The result is projected on a fixed random vector. The differences are central, of fourth order,
/// with steps `step` and 2 `step`. Inputs must be further away from kinks; functions that draw
/// random numbers must fix the seed.
///
/// - Parameters:
///   - function: The function to check, from as many tensors as `inputs` to a tensor of any shape.
///   - inputs: The point to check at. Values around 1 give an error of about 1e-5.
///   - step: The step of the differences; 1/32 by default.
///   - tolerance: The largest accepted difference, relative to the root mean square of an input's
///     derivatives.
///   - sampleCount: The number of elements of each input that are checked, evenly spaced.
public func checkGradients(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], step: Float = 0x1p-5,
  tolerance: Float = 1e-3, sampleCount: Int = 100
) throws(GradientMismatch) {
  let leaves = inputs.map { $0.requiringGradient() }
  let y = function(leaves)
  var stream = RandomStream(seed: 0)
  let direction = Tensor(uniform: y.shape, low: -1, high: 1, using: &stream)
  let fromTape = gradients(of: y, withRespectTo: leaves, seed: direction)
  for (number, input) in inputs.enumerated() where input.count > 0 {
    let count = min(sampleCount, input.count)
    let elements = (0..<count).map { $0 * input.count / count }
    let tape = elements.map { [scalars = fromTape[number].scalars] in scalars[$0] }
    let differences = elements.map { element in
      func slope(_ step: Float) -> Double {
        let up = moved(function, inputs, number, element, by: step, direction)
        let down = moved(function, inputs, number, element, by: -step, direction)
        return (up.value - down.value) / (up.position - down.position)
      }
      return Float((4 * slope(step) - slope(2 * step)) / 3)
    }
    let squares = differences.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = Float((squares / Double(count)).squareRoot())
    for index in elements.indices
    where !((tape[index] - differences[index]).magnitude <= tolerance * (scale > 0 ? scale : 1)) {
      throw GradientMismatch(
        input: number, element: elements[index], tape: tape[index],
        differences: differences[index], scale: scale)
    }
  }
}

/// The element's value moved by `step`, and the projected result there.
private func moved(
  _ function: ([Tensor]) -> Tensor, _ inputs: [Tensor], _ number: Int, _ element: Int,
  by step: Float, _ direction: Tensor
) -> (position: Double, value: Double) {
  var scalars = inputs[number].scalars
  scalars[element] += step
  var inputs = inputs.map { $0.detached() }
  inputs[number] = Tensor(scalars, shape: inputs[number].shape)
  let y = withoutGradients { function(inputs) }
  let value = zip(y.scalars, direction.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  return (Double(scalars[element]), value)
}
