import CGannetKernels

/// The Gaussian error linear unit (GELU) x Φ(x) of every element, with the normal distribution
/// function Φ (Hendrycks and Gimpel, 2016).
public func gelu(_ x: consuming Tensor) -> Tensor {
  x.activated(
    "gelu", kernel(gannet_gelu), chain: { gannet_gelu_backward($0, $1, $2, $3) },
    derivative: { x in
      let density = exp(x * x * -0.5) * (1 / (2 * Float.pi).squareRoot())
      return erf(x * Float(0.5).squareRoot()) * 0.5 + 0.5 + x * density
    })
}

/// GELU in its tanh approximation, x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
public func geluTanh(_ x: consuming Tensor) -> Tensor {
  x.activated(
    "geluTanh", kernel(gannet_gelu_tanh), chain: { gannet_gelu_tanh_backward($0, $1, $2, $3) },
    derivative: { x in
      // Equals x σ(z). Beyond ±12, σ'(z) is 0 and the powers in z would overflow.
      let scale = 2 * (2 / Float.pi).squareRoot()
      let inner = x.clamped(to: -12...12)
      let z = (inner + inner * inner * inner * 0.044715) * scale
      return logistic(z) + x * logisticSlope(z) * (inner * inner * (3 * 0.044715) + 1) * scale
    })
}

/// The sigmoid linear unit (SiLU, swish) x σ(x) of every element.
public func silu(_ x: consuming Tensor) -> Tensor {
  x.activated(
    "silu", kernel(gannet_silu), chain: { gannet_silu_backward($0, $1, $2, $3) },
    derivative: { x in logistic(x) + x * logisticSlope(x) })
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

/// Softplus log(1 + eˣ) of every element, a smooth max(x, 0), accurate in both tails.
public func softplus(_ x: consuming Tensor) -> Tensor {
  x.activated(
    "softplus", kernel(gannet_softplus), chain: { gannet_softplus_backward($0, $1, $2, $3) },
    derivative: { logistic($0) })
}

/// The logarithm of σ(x) of every element, without overflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// The exponential linear unit (ELU) of every element: x where positive, else alpha (eˣ - 1).
public func elu(_ x: consuming Tensor, alpha: Float = 1) -> Tensor {
  x.activated(
    "elu", { gannet_elu($0, alpha, $1, $2) }, chain: { gannet_elu_backward($0, $1, alpha, $2, $3) },
    derivative: { x in
      (exp(x.clamped(to: -Float.infinity...0)) * alpha).replacing(with: 1, where: x .> 0)
    })
}

extension Tensor {
  /// Applies the kernel `value`. The gradient is one pass of `chain` over the result's gradient and
  /// x, or, if recorded, the product with `derivative` by recorded operations.
  fileprivate consuming func activated(
    _ operation: StaticString, _ value: MapKernel, chain: @escaping PairKernel,
    derivative: @escaping (Tensor) -> Tensor
  ) -> Tensor {
    let inputs = [node]
    let saved = isRecorded ? self : nil
    return mapped(value).recorded(operation, inputs) { gradient in
      let x = saved!
      return [Recording.isOn ? gradient * derivative(x) : gradient.paired(with: x, chain)]
    }
  }
}

// MARK: Leaky units

/// a where b > 0, else a times the slope.
private struct Leak: BinaryFunction {
  let slope: Float
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { b > 0 ? a : a * slope }
}

/// Leaky ReLU of every element: x where positive, else `slope` times x, 0.01 by default.
public func leakyReLU(_ x: Tensor, slope: Float = 0.01) -> Tensor {
  leaking(x, where: x, slope)
}

/// `x` where `sign` is positive, else times `slope`: linear in `x`, so its gradient is the same
/// function.
private func leaking(_ x: Tensor, where sign: Tensor, _ slope: Float) -> Tensor {
  Tensor.combined(Leak(slope: slope), "leakyReLU", x, sign).recorded("leakyReLU", [x.node]) {
    gradient in [leaking(gradient, where: sign, slope)]
  }
}

private struct ParametricLeak: BinaryFunction {
  @inline(__always) func callAsFunction(_ x: Float, _ slope: Float) -> Float {
    x > 0 ? x : x * slope
  }
}

/// Parametric ReLU (PReLU) of every element: x where positive, else a learned slope times x (Dive
/// into Deep Learning, section 5.1.2).
///
/// - Parameters:
///   - x: `[N, C, ...]`.
///   - slope: `[1]`, or `[C]` for each channel.
public func prelu(_ x: Tensor, slope: Tensor) -> Tensor {
  guard slope.rank == 1, slope.count == 1 || (x.rank >= 2 && slope.count == x.shape[1]) else {
    failShapes("prelu", x.shape, slope.shape)
  }
  let behind = Array(repeating: 1, count: Swift.max(0, x.rank - 2))
  let slope = slope.count == 1 ? slope : slope.reshaped(to: [slope.count] + behind)
  let inputs = [x.node, slope.node]
  return Tensor.combined(ParametricLeak(), "prelu", x, slope).recorded("prelu", inputs) {
    gradient in
    [
      inputs[0].map { _ in (gradient * slope).replacing(with: gradient, where: x .> 0) },
      inputs[1].map { _ in
        (gradient * x).replacing(with: 0, where: x .> 0).summed(to: slope.shape)
      },
    ]
  }
}
