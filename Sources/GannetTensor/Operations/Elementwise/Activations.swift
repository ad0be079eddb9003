/// The Gaussian error linear unit (GELU) x Φ(x) of every element, with the normal distribution
/// function Φ (Hendrycks and Gimpel, 2016).
public func gelu(_ x: consuming Tensor) -> Tensor { x.activated("gelu", by: .gelu) }

/// GELU in its tanh approximation, x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
public func geluTanh(_ x: consuming Tensor) -> Tensor { x.activated("geluTanh", by: .geluTanh) }

/// The sigmoid linear unit (SiLU, swish) x σ(x) of every element.
public func silu(_ x: consuming Tensor) -> Tensor { x.activated("silu", by: .silu) }

/// Softplus log(1 + eˣ) of every element, a smooth max(x, 0), accurate in both tails.
public func softplus(_ x: consuming Tensor) -> Tensor { x.activated("softplus", by: .softplus) }

/// The logarithm of σ(x) of every element, without overflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// The exponential linear unit (ELU) of every element: x where positive, else alpha (eˣ - 1).
public func elu(_ x: consuming Tensor, alpha: Float = 1) -> Tensor {
  x.activated("elu", by: .elu(alpha: alpha))
}

extension Tensor {
  /// Applies `activation`, keeping the tensor that its derivative is computed from.
  consuming func activated(_ operation: StaticString, by activation: Activation) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ActivationOperation(activation: activation), [copy self])
    }
    let inputs = [node]
    let keepsInput = activation.derivativeSource == .input
    let input = keepsInput && isRecorded ? self : nil
    let y = mapped { activation.apply($0, to: $1, $2) }
    let kept = input ?? y
    return y.recordedWithOutput(operation, inputs) { gradient, node in
      if Recording.isOn {
        return [activation.chain(gradient, keepsInput ? kept : kept.attached(to: node))]
      }
      return [gradient.paired(with: kept) { activation.chain($0, $1, $2, $3) }]
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
  if let trace = Trace.current {
    return trace.record(LeakyReLUOperation(slope: slope), [x])
  }
  return leaking(x, where: x, slope)
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
  if let trace = Trace.current {
    return trace.record(PReLUOperation(), [x, slope])
  }
  guard slope.rank == 1, slope.count == 1 || (x.rank >= 2 && slope.count == x.shape[1]) else {
    failShapes("prelu", x.shape, slope.shape)
  }
  let behind = Array(repeating: 1, count: Swift.max(0, x.rank - 2))
  let slope = slope.count == 1 ? slope : slope.reshaped(to: [slope.count] + behind)
  let inputs = [x.node, slope.node]
  let wanted = WantedGradients(inputs)
  return Tensor.combined(ParametricLeak(), "prelu", x, slope).recorded("prelu", inputs) {
    gradient in
    [
      wanted(0) { (gradient * slope).replacing(with: gradient, where: x .> 0) },
      wanted(1) { (gradient * x).replacing(with: 0, where: x .> 0).summed(to: slope.shape) },
    ]
  }
}
