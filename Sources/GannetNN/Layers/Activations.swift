import GannetTensor

// Each is a free function of GannetTensor as a layer.

/// The rectified linear unit max(x, 0).
public final class ReLU: Layer {
  /// Makes a ReLU layer, max(x, 0).
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { relu(x) }
}

extension ReLU: ActivationLayer {
  package var activation: Activation { .relu }
}

/// The sigmoid 1 / (1 + e^-x).
public final class Sigmoid: Layer {
  /// Makes a sigmoid layer.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(x) }
}

extension Sigmoid: ActivationLayer {
  package var activation: Activation { .sigmoid }
}

/// The hyperbolic tangent.
public final class Tanh: Layer {
  /// Makes a layer of the hyperbolic tangent.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { tanh(x) }
}

extension Tanh: ActivationLayer {
  package var activation: Activation { .tanh }
}

/// Leaky ReLU: x where positive, else a small slope times x.
public final class LeakyReLU: Layer {
  /// The slope below 0.
  public let slope: Float

  /// Makes a layer with `slope` below 0; 0.01 by default, as in PyTorch.
  public init(slope: Float = 0.01) { self.slope = slope }

  public func callAsFunction(_ x: Tensor) -> Tensor { leakyReLU(x, slope: slope) }
}

/// Parametric ReLU: x where positive, else a learned slope times x (Dive into Deep Learning,
/// section 5.1.2.1).
///
/// `weight` holds one slope, or one for each channel, initially 0.25 by default.
public final class PReLU: Layer {
  /// The slopes, `[1]`, or `[C]` for inputs `[N, C, ...]`.
  public let weight: Parameter

  /// Makes a layer with `slopeCount` slopes: 1 by default, or the number of channels.
  public init(slopeCount: Int = 1, initialSlope: Float = 0.25) {
    weight = Parameter(Tensor(repeating: initialSlope, shape: [slopeCount]))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { prelu(x, slope: weight.value) }
}

/// The Gaussian error linear unit (GELU) x Φ(x).
public final class GELU: Layer {
  /// Whether the tanh approximation is used.
  public let isApproximate: Bool

  /// Makes a layer; exact by default, or in the tanh approximation.
  public init(isApproximate: Bool = false) { self.isApproximate = isApproximate }

  public func callAsFunction(_ x: Tensor) -> Tensor { isApproximate ? geluTanh(x) : gelu(x) }
}

extension GELU: ActivationLayer {
  package var activation: Activation { isApproximate ? .geluTanh : .gelu }
}

/// The sigmoid linear unit (SiLU, swish) x σ(x).
public final class SiLU: Layer {
  /// Makes a SiLU layer, x sigmoid(x).
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { silu(x) }
}

extension SiLU: ActivationLayer {
  package var activation: Activation { .silu }
}

/// The exponential linear unit (ELU): x where positive, else alpha (e^x - 1).
public final class ELU: Layer {
  /// The factor alpha; -alpha is the limit at -∞.
  public let alpha: Float

  /// Makes a layer with `alpha`; 1 by default.
  public init(alpha: Float = 1) { self.alpha = alpha }

  public func callAsFunction(_ x: Tensor) -> Tensor { elu(x, alpha: alpha) }
}

extension ELU: ActivationLayer {
  package var activation: Activation { .elu(alpha: alpha) }
}

/// Softplus log(1 + e^x), a smooth max(x, 0).
public final class Softplus: Layer {
  /// Makes a softplus layer, log(1 + exp(x)).
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { softplus(x) }
}

extension Softplus: ActivationLayer {
  package var activation: Activation { .softplus }
}

/// The softmax along an axis.
public final class Softmax: Layer {
  /// The axis along which results sum to 1.
  public let axis: Int

  /// Makes a layer along `axis`, the last by default.
  public init(along axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { softmax(x, along: axis) }
}

/// The logarithm of ``Softmax``.
public final class LogSoftmax: Layer {
  /// The axis along which probabilities sum to 1.
  public let axis: Int

  /// Makes a layer along `axis`, the last by default.
  public init(along axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { logSoftmax(x, along: axis) }
}
