import GannetTensor

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

/// The hyperbolic tangent, element by element.
public final class Tanh: Layer {
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { tanh(x) }
}
