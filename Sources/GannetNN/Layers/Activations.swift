import GannetTensor

// Each is a free function of GannetTensor as a layer.

/// max(x, 0), element by element.
public final class ReLU: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { relu(x) }
}

extension ReLU: ActivationLayer {
  package var activation: Activation { .relu }
}

/// 1 / (1 + e^-x), element by element.
public final class Sigmoid: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(x) }
}

extension Sigmoid: ActivationLayer {
  package var activation: Activation { .sigmoid }
}

/// The hyperbolic tangent, element by element.
public final class Tanh: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { tanh(x) }
}

extension Tanh: ActivationLayer {
  package var activation: Activation { .tanh }
}

/// x where positive, else a small slope times x.
public final class LeakyReLU: Layer {
  /// The slope below 0.
  public let slope: Float

  /// A layer with `slope` below 0; 0.01 by default, as in PyTorch.
  public init(slope: Float = 0.01) { self.slope = slope }

  public func callAsFunction(_ x: Tensor) -> Tensor { leakyReLU(x, slope: slope) }
}

/// x where positive, else a learned slope times x (the book's section 5.1.2.1).
///
/// `weight` holds the slopes, one for all or one a channel, and starts as 0.25 unless said otherwise.
public final class PReLU: Layer {
  /// `[1]`, or `[C]` for inputs `[N, C, ...]`.
  public let weight: Parameter

  /// A layer with `slopeCount` slopes: 1, or the number of channels.
  public init(slopeCount: Int = 1, initialSlope: Float = 0.25) {
    weight = Parameter(Tensor(repeating: initialSlope, shape: [slopeCount]))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { preLU(x, slope: weight.value) }
}

/// The Gaussian error linear unit x Φ(x).
public final class GELU: Layer {
  /// Whether Φ is approximated by a hyperbolic tangent.
  public let isApproximate: Bool

  /// The exact function, or its approximation by a hyperbolic tangent.
  public init(isApproximate: Bool = false) { self.isApproximate = isApproximate }

  public func callAsFunction(_ x: Tensor) -> Tensor { isApproximate ? geluTanh(x) : gelu(x) }
}

/// The sigmoid linear unit x σ(x), or swish.
public final class SiLU: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { silu(x) }
}

/// x where positive, else alpha (e^x - 1).
public final class ELU: Layer {
  /// How far below 0 the function goes.
  public let alpha: Float

  /// A layer that goes down to -`alpha`.
  public init(alpha: Float = 1) { self.alpha = alpha }

  public func callAsFunction(_ x: Tensor) -> Tensor { elu(x, alpha: alpha) }
}

/// log(1 + e^x), a smooth max(x, 0).
public final class Softplus: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { softplus(x) }
}

/// Probabilities along an axis: e^x divided by the sum of these.
public final class Softmax: Layer {
  /// The axis along which the results add up to 1.
  public let axis: Int

  /// A layer along `axis`, the last by default.
  public init(axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { softmax(x, along: axis) }
}

/// The logarithms of ``Softmax``.
public final class LogSoftmax: Layer {
  /// The axis along which the probabilities add up to 1.
  public let axis: Int

  /// A layer along `axis`, the last by default.
  public init(axis: Int = -1) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { logSoftmax(x, along: axis) }
}
