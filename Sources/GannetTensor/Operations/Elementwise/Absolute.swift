private struct Absolute: UnaryFunction {
  @inline(__always) func callAsFunction(_ x: Float) -> Float { x.magnitude }
}
private struct Sign: UnaryFunction {
  @inline(__always) func callAsFunction(_ x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : x }
}

/// The absolute value of every element; the derivative at 0 is 0.
public func abs(_ x: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .abs), [x])
  }
  return x.mapped(Absolute()).recorded("abs", [x.node]) { gradient in [gradient * sign(x)] }
}

/// The sign of every element, 1, 0 or -1; the derivative is 0.
public func sign(_ x: consuming Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ElementaryOperation(function: .sign), [copy x])
  }
  let (shape, inputs) = (x.shape, [x.node])
  return x.mapped(Sign()).recorded("sign", inputs) { _ in [Tensor(zeros: shape)] }
}
