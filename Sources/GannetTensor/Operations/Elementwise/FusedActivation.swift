import CGannetKernels

/// An activation, by itself or fused into the epilogue of a linear layer, a convolution or batch
/// norm.
public enum Activation: Equatable, Sendable {
  /// No activation.
  case identity
  /// max(x, 0).
  case relu
  /// 1 / (1 + e^-x).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x Φ(x), the Gaussian error linear unit.
  case gelu
  /// The approximation of ``gelu`` by a hyperbolic tangent.
  case geluTanh
  /// x σ(x), the sigmoid linear unit.
  case silu
  /// log(1 + e^x).
  case softplus
  /// x where positive, else alpha (e^x - 1).
  case elu(alpha: Float)
  /// x where positive, else alpha (e^(x / alpha) - 1).
  case celu(alpha: Float)
  /// ``elu(alpha:)`` of 1.673 times 1.051, which keeps mean 0 and variance 1.
  case selu
  /// x tanh(log(1 + e^x)).
  case mish
  /// x / (1 + |x|).
  case softsign
  /// x cut to 0 to 6.
  case relu6
  /// (x + 3) / 6 cut to 0 to 1.
  case hardSigmoid
  /// x times its ``hardSigmoid``.
  case hardSwish
}

extension Activation {
  /// The tensor that the derivative is computed from, which is kept for the backward pass.
  enum DerivativeSource {
    case nothing
    case result
    case input
  }

  var derivativeSource: DerivativeSource {
    switch self {
    case .identity: .nothing
    case .relu, .relu6, .sigmoid, .tanh: .result
    case .gelu, .geluTanh, .silu, .softplus, .elu, .celu, .selu, .mish, .softsign, .hardSigmoid,
      .hardSwish:
      .input
    }
  }

  /// y = f(x), elementwise. `y` may be `x`.
  func apply(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int) {
    switch self {
    case .identity: if UnsafePointer(y) != x { y.update(from: x, count: count) }
    case .relu: gannet_relu(x, y, count)
    case .sigmoid: gannet_sigmoid(x, y, count)
    case .tanh: gannet_tanh(x, y, count)
    case .gelu: gannet_gelu(x, y, count)
    case .geluTanh: gannet_gelu_tanh(x, y, count)
    case .silu: gannet_silu(x, y, count)
    case .softplus: gannet_softplus(x, y, count)
    case .elu, .celu, .selu: gannet_elu(x, exponentialForm, y, count)
    case .mish: gannet_mish(x, y, count)
    case .softsign: gannet_softsign(x, y, count)
    case .relu6: gannet_relu6(x, y, count)
    case .hardSigmoid: gannet_hard_sigmoid(x, y, count)
    case .hardSwish: gannet_hard_swish(x, y, count)
    }
  }

  /// dx = dy f'(x), computed from the derivative's source, x or y = f(x). `dx` may be `dy`.
  func chain(
    _ dy: UnsafePointer<Float>, _ source: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    switch self {
    case .identity: if UnsafePointer(dx) != dy { dx.update(from: dy, count: count) }
    case .relu: gannet_relu_backward(dy, source, dx, 1, count)
    case .sigmoid: gannet_sigmoid_backward(dy, source, dx, count)
    case .tanh: gannet_tanh_backward(dy, source, dx, count)
    case .gelu: gannet_gelu_backward(dy, source, dx, count)
    case .geluTanh: gannet_gelu_tanh_backward(dy, source, dx, count)
    case .silu: gannet_silu_backward(dy, source, dx, count)
    case .softplus: gannet_softplus_backward(dy, source, dx, count)
    case .elu, .celu, .selu: gannet_elu_backward(dy, source, exponentialForm, dx, count)
    case .mish: gannet_mish_backward(dy, source, dx, count)
    case .softsign: gannet_softsign_backward(dy, source, dx, count)
    case .relu6: gannet_relu6_backward(dy, source, dx, count)
    case .hardSigmoid: gannet_hard_sigmoid_backward(dy, source, dx, count)
    case .hardSwish: gannet_hard_swish_backward(dy, source, dx, count)
    }
  }

  /// dy f'(x) as a tensor, computed by recorded operations so that it can be differentiated again.
  func chain(_ dy: Tensor, _ source: Tensor) -> Tensor {
    switch self {
    case .identity: dy
    case .relu: dy.masked(whereNotPositive: source)
    case .sigmoid: dy * (source * (1 - source))
    case .tanh: dy * (1 - source * source)
    case .gelu: dy * geluDerivative(source)
    case .geluTanh: dy * geluTanhDerivative(source)
    case .silu: dy * (logistic(source) + source * logisticSlope(source))
    case .softplus: dy * logistic(source)
    case .elu, .celu, .selu: dy * exponentialDerivative(source)
    case .mish: dy * mishDerivative(source)
    case .softsign: dy / square(abs(source) + 1)
    case .relu6: dy * ((source .> 0) * (source .< 6))
    case .hardSigmoid: dy * ((source .> -3) * (source .< 3) * (1 / 6 as Float))
    case .hardSwish:
      dy
        * (source.clamped(to: -3...3) / 3 + 0.5).replacing(with: 0, where: source .<= -3)
        .replacing(with: 1, where: source .>= 3)
    }
  }
}

// MARK: Exponential linear units

extension Activation {
  /// The factors of an exponential linear unit.
  private var exponentialForm: gannet_elu_form {
    switch self {
    case .elu(let alpha): gannet_elu_form(above: 1, below: alpha, inner: 1)
    case .celu(let alpha): gannet_elu_form(above: 1, below: alpha, inner: 1 / alpha)
    // Klambauer et al., 2017: with these the mean and the variance have a fixed point at 0 and 1.
    case .selu: gannet_elu_form(above: 1.050_701, below: 1.050_701 * 1.673_263_2, inner: 1)
    default: gannet_elu_form(above: 1, below: 0, inner: 1)
    }
  }

  private func exponentialDerivative(_ x: Tensor) -> Tensor {
    let form = exponentialForm
    return (exp(x.clamped(to: -Float.infinity...0) * form.inner) * (form.below * form.inner))
      .replacing(with: form.above, where: x .> 0)
  }
}

// MARK: Derivatives by recorded operations

private func mishDerivative(_ x: Tensor) -> Tensor {
  // tanh(softplus(x)) = n / (n + 2) with n = e^2x + 2 e^x; beyond 20 it is 1 in single precision.
  let power = exp(x.clamped(to: -Float.infinity...20))
  let n = power * (power + 2)
  let t = n / (n + 2)
  return t + x * (1 + t) * logistic(x) * 2 / (n + 2)
}

private func geluDerivative(_ x: Tensor) -> Tensor {
  let density = exp(x * x * -0.5) * (1 / (2 * Float.pi).squareRoot())
  return erf(x * Float(0.5).squareRoot()) * 0.5 + 0.5 + x * density
}

private func geluTanhDerivative(_ x: Tensor) -> Tensor {
  // The function equals x σ(z). Beyond ±12, σ'(z) is 0 and the powers in z would overflow.
  let scale = 2 * (2 / Float.pi).squareRoot()
  let inner = x.clamped(to: -12...12)
  let z = (inner + inner * inner * inner * 0.044715) * scale
  return logistic(z) + x * logisticSlope(z) * (inner * inner * (3 * 0.044715) + 1) * scale
}

/// σ(x) with a gradient accurate in both tails, unlike 1 - σ(x) at large x.
private func logistic(_ x: Tensor) -> Tensor {
  sigmoid(x.detached()).recorded("sigmoid", [x.node]) { [$0 * logisticSlope(x)] }
}

/// σ(x) σ(-x), the derivative of σ.
private func logisticSlope(_ x: Tensor) -> Tensor {
  let tail = exp(-abs(x))
  return tail / square(tail + 1)
}
