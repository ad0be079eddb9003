import GannetTensor
import Testing

/// Expects the tape's gradients of `function` to be those of finite differences.
///
/// The result is projected on a vector from the hash. The differences are central, of fourth order
/// with steps of 2^-5 and 2^-4, summed up in double precision: for functions of inputs around 1 the
/// rounding of Float leaves an error of some 1e-5 and the step less, so 1e-3 of the gradient's root
/// mean square is generous. A function with kinks needs inputs at least 1/16 away from them.
package func expectGradients(
  _ inputs: [Tensor], tolerance: Double = 1e-3, sourceLocation: SourceLocation = #_sourceLocation,
  of function: ([Tensor]) -> Tensor
) {
  let leaves = inputs.map { $0.requiringGradient() }
  let y = function(leaves)
  let direction = Tensor(hash: upstreamSeed, y.shape)
  let fromTape = gradients(of: y, withRespectTo: leaves, seed: direction)
  for (number, input) in inputs.enumerated() {
    let differences = (0..<input.count).map { index -> Float in
      func slope(_ step: Float) -> Double {
        let (above, up) = project(function, inputs, number, index, step, direction)
        let (below, down) = project(function, inputs, number, index, -step, direction)
        return (up - down) / (above - below)
      }
      return Float((4 * slope(0x1p-5) - slope(0x1p-4)) / 3)
    }
    expectClose(
      fromTape[number], Tensor(differences, shape: input.shape), tolerance: tolerance,
      "gradient of input \(number) against finite differences", sourceLocation: sourceLocation)
  }
}

/// Expects the second derivatives of `function` to be those of finite differences: the gradients, once
/// recorded, are projected on vectors from the hash and differentiated again.
package func expectSecondDerivatives(
  _ inputs: [Tensor], tolerance: Double = 1e-3, sourceLocation: SourceLocation = #_sourceLocation,
  of function: ([Tensor]) -> Tensor
) {
  expectGradients(inputs, tolerance: tolerance, sourceLocation: sourceLocation) { leaves in
    let y = function(leaves)
    let first = gradients(
      of: y, withRespectTo: leaves, seed: Tensor(hash: upstreamSeed, y.shape),
      recording: true)
    return first.enumerated().map { number, gradient in
      (gradient * Tensor(hash: 500 + UInt32(number), gradient.shape)).sum()
    }.reduce(Tensor(0)) { $0 + $1 }
  }
}

/// Element `index` of input `number`, moved by `step`, and the projection of the result there.
private func project(
  _ function: ([Tensor]) -> Tensor, _ inputs: [Tensor], _ number: Int, _ index: Int, _ step: Float,
  _ direction: Tensor
) -> (at: Double, value: Double) {
  var scalars = inputs[number].scalars
  scalars[index] += step
  var moved = inputs
  moved[number] = Tensor(scalars, shape: inputs[number].shape)
  let y = function(moved.map { $0.requiringGradient() })
  let value = zip(y.scalars, direction.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  return (Double(scalars[index]), value)
}
