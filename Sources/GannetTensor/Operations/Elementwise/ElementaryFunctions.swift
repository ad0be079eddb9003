import CGannetKernels

/// Wraps a C kernel, whose counts are unsigned.
@inline(__always)
func kernel(
  _ function:
    @escaping @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) ->
    Void
) -> MapKernel {
  { function($0, $1, $2) }
}

/// The exponential of every element.
public func exp(_ x: consuming Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .exp), [copy x])
  }
  let inputs = [x.node]
  let y = x.mapped(kernel(gannet_exp))
  return y.recordedWithOutput("exp", inputs) { gradient, node in
    [gradient * y.attached(to: node)]
  }
}

/// The natural logarithm of every element.
public func log(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .log), [x])
  }
  return x.mapped(kernel(gannet_log)).recorded("log", [x.node]) { gradient in [gradient / x] }
}

/// e^x - 1 of every element, accurate near 0.
public func expm1(_ x: consuming Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .expm1), [copy x])
  }
  let inputs = [x.node]
  let y = x.mapped(kernel(gannet_expm1))
  return y.recordedWithOutput("expm1", inputs) { gradient, node in
    [gradient * (y.attached(to: node) + 1)]
  }
}

/// The natural logarithm of 1 + x of every element, accurate near 0.
public func log1p(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .log1p), [x])
  }
  return x.mapped(kernel(gannet_log1p)).recorded("log1p", [x.node]) { gradient in
    [gradient / (x + 1)]
  }
}

/// The square root of every element.
public func sqrt(_ x: consuming Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .sqrt), [copy x])
  }
  let inputs = [x.node]
  let y = x.mapped(kernel(gannet_sqrt))
  return y.recordedWithOutput("sqrt", inputs) { gradient, node in
    [gradient * 0.5 / y.attached(to: node)]
  }
}

/// The hyperbolic tangent of every element.
public func tanh(_ x: consuming Tensor) -> Tensor { x.activated("tanh", by: .tanh) }

/// The logistic function 1 / (1 + e^-x) of every element.
public func sigmoid(_ x: consuming Tensor) -> Tensor { x.activated("sigmoid", by: .sigmoid) }

/// The sine of every element, in radians.
public func sin(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .sin), [x])
  }
  return x.mapped(kernel(gannet_sin)).recorded("sin", [x.node]) { gradient in [gradient * cos(x)] }
}

/// The cosine of every element, in radians.
public func cos(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .cos), [x])
  }
  return x.mapped(kernel(gannet_cos)).recorded("cos", [x.node]) { gradient in [-(gradient * sin(x))]
  }
}

/// The error function of every element: 2/√π times the integral of e^(-t²) from 0 to x.
public func erf(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .erf), [x])
  }
  return x.mapped(kernel(gannet_erf)).recorded("erf", [x.node]) { gradient in
    [gradient * (exp(-(x * x)) * (2 / Float.pi.squareRoot()))]
  }
}

/// The rectified linear unit max(x, 0) of every element; the derivative at 0 is 0.
public func relu(_ x: consuming Tensor) -> Tensor { x.activated("relu", by: .relu) }

extension Tensor {
  /// This tensor where `other`, of the same shape, is positive, else 0. `other` gets no gradient.
  consuming func masked(whereNotPositive other: Tensor) -> Tensor {
    let inputs = [node]
    return paired(with: other) { gannet_relu_backward($0, $1, $2, 1, $3) }
      .recorded("mask", inputs) { gradient in [gradient.masked(whereNotPositive: other)] }
  }
}
