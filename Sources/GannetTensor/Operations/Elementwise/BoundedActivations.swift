// Activations with bounds, and those made of pieces of a line.

/// ReLU6 of every element: x cut to 0 to 6; the derivative at both ends is 0.
public func relu6(_ x: consuming Tensor) -> Tensor { x.activated("relu6", by: .relu6) }

/// The hard sigmoid of every element: (x + 3) / 6 cut to 0 to 1.
public func hardSigmoid(_ x: consuming Tensor) -> Tensor {
  x.activated("hardSigmoid", by: .hardSigmoid)
}

/// The hard swish of every element: x times its ``hardSigmoid(_:)`` (Howard et al., 2019).
public func hardSwish(_ x: consuming Tensor) -> Tensor { x.activated("hardSwish", by: .hardSwish) }

/// Softsign x / (1 + |x|) of every element.
public func softsign(_ x: consuming Tensor) -> Tensor { x.activated("softsign", by: .softsign) }

/// Mish x tanh(log(1 + eˣ)) of every element (Misra, 2019).
public func mish(_ x: consuming Tensor) -> Tensor { x.activated("mish", by: .mish) }

/// The scaled exponential linear unit (SELU) of every element, 1.051 times ``elu(_:alpha:)`` with an
/// alpha of 1.673, which keeps mean 0 and variance 1 (Klambauer et al., 2017).
public func selu(_ x: consuming Tensor) -> Tensor { x.activated("selu", by: .selu) }

/// The continuously differentiable exponential linear unit (CELU) of every element: x where positive,
/// else alpha (e^(x / alpha) - 1). Stops where alpha is 0.
public func celu(_ x: consuming Tensor, alpha: Float = 1) -> Tensor {
  guard alpha != 0 else { fail("celu: alpha 0, expected another number") }
  return x.activated("celu", by: .celu(alpha: alpha))
}

/// The gated linear unit (GLU): the first half of `x` along an axis times the sigmoid of the second
/// half (Dauphin et al., 2016).
///
/// - Parameters:
///   - x: The tensor, whose axis is halved.
///   - axis: The axis that is halved, the last by default; stops unless its size is even.
public func glu(_ x: Tensor, along axis: Int = -1) -> Tensor {
  let axis = x.shape.normalized(axis, "glu")
  let size = x.shape[axis]
  guard size % 2 == 0 else {
    fail("glu: axis \(axis) of shape \(x.shape) has an odd size")
  }
  let half = size / 2
  return x.sliced(0..<half, along: axis) * sigmoid(x.sliced(half..<size, along: axis))
}
