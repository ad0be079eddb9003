import GannetTensor
import Testing

/// Every activation that can be fused, and the function that it is.
package let fusedActivations: [(activation: Activation, function: @Sendable (Tensor) -> Tensor)] = [
  (.identity, { $0 }), (.relu, { relu($0) }), (.sigmoid, { sigmoid($0) }),
  (.tanh, { tanh($0) }), (.gelu, { gelu($0) }), (.geluTanh, { geluTanh($0) }),
  (.silu, { silu($0) }), (.softplus, { softplus($0) }),
  (.elu(alpha: 0.7), { elu($0, alpha: 0.7) }), (.celu(alpha: 0.7), { celu($0, alpha: 0.7) }),
  (.selu, { selu($0) }), (.mish, { mish($0) }), (.softsign, { softsign($0) }),
  (.relu6, { relu6($0) }), (.hardSigmoid, { hardSigmoid($0) }), (.hardSwish, { hardSwish($0) }),
]

/// Those without a kink but that of ReLU at 0.
package let smoothActivations = fusedActivations.map(\.activation).filter {
  ![.relu6, .hardSigmoid, .hardSwish].contains($0)
}

/// Expects of `fused`, a step with an activation in it, the value and the gradients of `plain`, the
/// same step and the activation behind it, bit for bit.
package func expectFused(
  _ inputs: [Tensor], _ comment: String = "", _ fused: ([Tensor]) -> Tensor,
  _ plain: ([Tensor]) -> Tensor, sourceLocation: SourceLocation = #_sourceLocation
) {
  let leaves = (0..<2).map { _ in inputs.map { $0.requiringGradient() } }
  let (y, z) = (fused(leaves[0]), plain(leaves[1]))
  expectIdentical(y, z, comment, sourceLocation: sourceLocation)
  expectIdentical(
    withoutGradients { fused(inputs) }, z, "\(comment), unrecorded",
    sourceLocation: sourceLocation)
  let upstream = Tensor(hash: upstreamSeed, y.shape)
  y.backward(seed: upstream)
  z.backward(seed: upstream)
  for (number, (a, b)) in zip(leaves[0], leaves[1]).enumerated() {
    expectIdentical(
      a.gradient!, b.gradient!, "\(comment), gradient \(number)", sourceLocation: sourceLocation)
  }
}
