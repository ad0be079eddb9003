import GannetTensor
import Testing

/// Expects the tape's gradients of `function` to be those of finite differences, for every element:
/// see `checkGradients(of:at:step:tolerance:sampleCount:)`.
///
/// A function with kinks needs inputs at least 1/16 away from them.
package func expectGradients(
  _ inputs: [Tensor], tolerance: Float = 1e-3, sourceLocation: SourceLocation = #_sourceLocation,
  of function: ([Tensor]) -> Tensor
) {
  do throws(GradientMismatch) {
    try checkGradients(of: function, at: inputs, tolerance: tolerance, sampleCount: .max)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}

/// Expects the second derivatives of `function` to be those of finite differences: the gradients, once
/// recorded, are projected on vectors from the hash and differentiated again.
package func expectSecondDerivatives(
  _ inputs: [Tensor], tolerance: Float = 1e-3, sourceLocation: SourceLocation = #_sourceLocation,
  of function: ([Tensor]) -> Tensor
) {
  expectGradients(inputs, tolerance: tolerance, sourceLocation: sourceLocation) { inputs in
    Recording.$isOn.withValue(true) {  // for the first derivatives, where only values are asked for
      let leaves = inputs.map { $0.requiresGradient ? $0 : $0.requiringGradient() }
      let y = function(leaves)
      let first = gradients(
        of: y, withRespectTo: leaves, seed: Tensor(hash: upstreamSeed, y.shape), recording: true)
      return first.enumerated().map { number, gradient in
        (gradient * Tensor(hash: projectionSeed + UInt32(number), gradient.shape)).sum()
      }.reduce(Tensor(0)) { $0 + $1 }
    }
  }
}
