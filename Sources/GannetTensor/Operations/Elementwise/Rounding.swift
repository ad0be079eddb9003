import CGannetKernels

// Rounding, whose derivative is 0, and the tangent.

/// The nearest integer to every element, the even one where two are as near; the derivative is 0.
public func round(_ x: consuming Tensor) -> Tensor {
  rounded(x, .round, "round", kernel(gannet_round))
}

/// The largest integer not above every element; the derivative is 0.
public func floor(_ x: consuming Tensor) -> Tensor {
  rounded(x, .floor, "floor", kernel(gannet_floor))
}

/// The smallest integer not below every element; the derivative is 0.
public func ceil(_ x: consuming Tensor) -> Tensor {
  rounded(x, .ceil, "ceil", kernel(gannet_ceil))
}

private func rounded(
  _ x: consuming Tensor, _ function: ElementaryOperation.Function, _ operation: StaticString,
  _ kernel: MapKernel
) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: function), [copy x])
  }
  let (shape, inputs) = (x.shape, [x.node])
  return x.mapped(kernel).recorded(operation, inputs) { _ in [Tensor(zeros: shape)] }
}

/// The tangent of every element, in radians.
public func tan(_ x: consuming Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .tan), [copy x])
  }
  let inputs = [x.node]
  let y = x.mapped(kernel(gannet_tan))
  return y.recordedWithOutput("tan", inputs) { gradient, node in
    let y = y.attached(to: node)
    return [gradient * (y * y + 1)]
  }
}
