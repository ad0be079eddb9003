import GannetTensor

// Each is a free function of GannetTensor as a layer, as in Activations.swift.

/// ReLU6, x cut to 0 to 6.
public final class ReLU6: Layer {
  /// Makes a ReLU6 layer.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { relu6(x) }
}

extension ReLU6: ActivationLayer {
  package var activation: Activation { .relu6 }
}

/// The hard sigmoid, (x + 3) / 6 cut to 0 to 1.
public final class HardSigmoid: Layer {
  /// Makes a layer of the piecewise linear sigmoid.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { hardSigmoid(x) }
}

extension HardSigmoid: ActivationLayer {
  package var activation: Activation { .hardSigmoid }
}

/// The hard swish, x times its hard sigmoid.
public final class HardSwish: Layer {
  /// Makes a layer of x times the piecewise linear sigmoid.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { hardSwish(x) }
}

extension HardSwish: ActivationLayer {
  package var activation: Activation { .hardSwish }
}

/// Softsign x / (1 + |x|).
public final class Softsign: Layer {
  /// Makes a softsign layer, x / (1 + |x|).
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { softsign(x) }
}

extension Softsign: ActivationLayer {
  package var activation: Activation { .softsign }
}

/// Mish x tanh(log(1 + e^x)).
public final class Mish: Layer {
  /// Makes a Mish layer, x tanh(softplus(x)).
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { mish(x) }
}

extension Mish: ActivationLayer {
  package var activation: Activation { .mish }
}

/// The scaled exponential linear unit (SELU), which keeps mean 0 and variance 1.
public final class SELU: Layer {
  /// Makes a SELU layer.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { selu(x) }
}

extension SELU: ActivationLayer {
  package var activation: Activation { .selu }
}

/// The continuously differentiable exponential linear unit (CELU): x where positive, else alpha
/// (e^(x / alpha) - 1).
public final class CELU: Layer {
  /// The factor alpha; -alpha is the limit at -∞.
  public let alpha: Float

  /// Makes a layer with `alpha`, 1 by default; stops where it is 0.
  public init(alpha: Float = 1) {
    guard alpha != 0 else { fail("CELU: alpha 0, expected another number") }
    self.alpha = alpha
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { celu(x, alpha: alpha) }
}

extension CELU: ActivationLayer {
  package var activation: Activation { .celu(alpha: alpha) }
}

/// The gated linear unit (GLU): the first half along an axis times the sigmoid of the second.
public final class GLU: Layer {
  /// The axis that is halved.
  public let axis: Int

  /// Makes a layer along `axis`, the last by default.
  public init(along axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { glu(x, along: axis) }
}
