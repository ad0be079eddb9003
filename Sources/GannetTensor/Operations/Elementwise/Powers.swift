import CGannetKernels

private struct Power: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { gannet_power(a, b) }
}

/// The square of every element.
public func square(_ x: Tensor) -> Tensor { x * x }

/// The power of every element with `exponent`.
///
/// A negative element with a fractional exponent gives NaN.
public func pow(_ x: Tensor, _ exponent: Float) -> Tensor {
  if let trace = Trace.current {
    return trace.record(PowerOperation(exponent: exponent), [x])
  }
  return x.mapped { gannet_power_all($0, exponent, $1, $2) }.recorded("pow", [x.node]) { gradient in
    [exponent == 0 ? Tensor(zeros: x.shape) : gradient * exponent * pow(x, exponent - 1)]
  }
}

/// The power of every element of `x` with that of `exponent`; shapes broadcast.
///
/// The gradient of the exponent is 0 where x is 0 and the exponent is not negative.
public func pow(_ x: Tensor, _ exponent: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(PowerOperation(exponent: nil), [x, exponent])
  }
  let inputs = [x.node, exponent.node]
  let y = Tensor.combined(Power(), "pow", x, exponent)
  return y.recordedWithOutput("pow", inputs) { gradient, node in
    [
      inputs[0].map { _ in
        (gradient * exponent * pow(x, exponent - 1))
          .replacing(with: 0, where: exponent .== 0).summed(to: x.shape)
      },
      inputs[1].map { _ in
        let factor = y.attached(to: node) * log(x)
        return (gradient * factor.replacing(with: 0, where: (x .== 0) * (exponent .>= 0)))
          .summed(to: exponent.shape)
      },
    ]
  }
}

/// The power of `base` with every element as exponent.
public func pow(_ base: Float, _ exponent: Tensor) -> Tensor { pow(Tensor(base), exponent) }

/// 1 / sqrt(x) of every element.
public func rsqrt(_ x: Tensor) -> Tensor { pow(x, -0.5) }
