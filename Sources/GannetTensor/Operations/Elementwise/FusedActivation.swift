import CGannetKernels

/// An activation that linear layers and convolutions fuse into their epilogue.
public enum Activation: Sendable {
  /// No activation.
  case identity
  /// max(x, 0).
  case relu
  /// 1 / (1 + e^-x).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
}

extension Activation {
  /// Applies the activation in place.
  package func apply(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    switch self {
    case .identity: break
    case .relu: gannet_relu(x, x, count)
    case .sigmoid: gannet_sigmoid(x, x, count)
    case .tanh: gannet_tanh(x, x, count)
    }
  }

  /// dx = dy f'(x), computed from y = f(x). `dx` may be `dy`.
  package func chain(
    _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    switch self {
    case .identity: dx.update(from: dy, count: count)
    case .relu: gannet_relu_backward(dy, y, dx, 1, count)
    case .sigmoid: gannet_sigmoid_backward(dy, y, dx, count)
    case .tanh: gannet_tanh_backward(dy, y, dx, count)
    }
  }

  /// The backward pass in recorded operations; `y` may be nil for the identity.
  func chain(_ dy: Tensor, _ y: Tensor?) -> Tensor {
    guard let y else { return dy }
    return switch self {
    case .identity: dy
    case .relu: dy.masked(whereNotPositive: y)
    case .sigmoid: dy * (y * (1 - y))
    case .tanh: dy * (1 - y * y)
    }
  }
}
