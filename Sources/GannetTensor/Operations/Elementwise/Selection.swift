import CGannetKernels

// Selection between elements (PyTorch's `where`, `maximum`, `clamp`).

/// `value` where b is not 0, else a.
private struct Replace: BinaryFunction {
  let value: Float
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { b != 0 ? value : a }
}

extension Tensor {
  /// Replaces elements by those of `other` where `condition` is not 0; shapes broadcast.
  ///
  ///     let magnitude = x.replacing(with: -x, where: x .< 0)
  ///
  /// The gradient goes to the operand that an element is from; `condition` gets none.
  public func replacing(with other: Tensor, where condition: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ReplacementOperation(value: nil), [self, condition, other])
    }
    guard let pair = shape.broadcast(with: other.shape) else {
      failShapes("replacing", shape, other.shape)
    }
    guard let common = pair.broadcast(with: condition.shape) else {
      failShapes("replacing, condition", pair, condition.shape)
    }
    let (shapeA, shapeB) = (shape, other.shape)
    return filled(common, from: other, where: condition).recorded(
      "replacing", [node, other.node]
    ) { gradient in
      [
        gradient.replacing(with: 0, where: condition).summed(to: shapeA),
        gradient.replacing(with: 0, where: condition .== 0).summed(to: shapeB),
      ]
    }
  }

  private func filled(_ shape: Shape, from other: Tensor, where condition: Tensor) -> Tensor {
    let channelsLast = [self, other, condition].allSatisfy {
      $0.layout == .channelsLast && $0.shape == shape
    }
    let operands = [self, other, condition].map {
      channelsLast ? $0.detached() : $0.detached().expanded(to: shape).contiguous()
    }
    let result = Tensor(uninitialized: shape, layout: channelsLast ? .channelsLast : .rowMajor)
    withExtendedLifetime(operands) {
      let (a, b) = (UnsafePointer(operands[0].pointer), UnsafePointer(operands[1].pointer))
      let (condition, target) = (UnsafePointer(operands[2].pointer), result.pointer)
      ThreadPool.shared.forEach(result.count, by: elementwiseChunk) { range in
        let start = range.lowerBound
        gannet_select(a + start, b + start, condition + start, target + start, range.count)
      }
    }
    return result
  }

  /// Replaces elements by `value` where `condition` is not 0; shapes broadcast.
  ///
  ///     let scores = scores.replacing(with: -.infinity, where: mask .== 0)
  public consuming func replacing(with value: Float, where condition: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ReplacementOperation(value: value), [copy self, condition])
    }
    let (own, inputs) = (shape, [node])
    return Tensor.combined(Replace(value: value), "replacing", self, condition)
      .recorded("replacing", inputs) { gradient in
        [gradient.replacing(with: 0, where: condition).summed(to: own)]
      }
  }
}

// MARK: The larger and the smaller

private struct Larger: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float {
    a > b || a != a ? a : b  // a NaN stays
  }
}
private struct Smaller: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float {
    a < b || a != a ? a : b
  }
}

/// The elementwise maximum, which propagates NaN; shapes broadcast. Equal elements share the
/// gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ExtremumOperation(isMaximum: true), [a, b])
  }
  return extremum("maximum", Larger(), a, b) { $0 .> $1 }
}

/// The elementwise minimum, which propagates NaN; shapes broadcast. Equal elements share the
/// gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(ExtremumOperation(isMaximum: false), [a, b])
  }
  return extremum("minimum", Smaller(), a, b) { $0 .< $1 }
}

/// The maximum of each element and `b`.
public func maximum(_ a: Tensor, _ b: Float) -> Tensor { maximum(a, Tensor(b)) }

/// The minimum of each element and `b`.
public func minimum(_ a: Tensor, _ b: Float) -> Tensor { minimum(a, Tensor(b)) }

private func extremum(
  _ operation: StaticString, _ function: some BinaryFunction, _ a: Tensor, _ b: Tensor,
  wins: @escaping (Tensor, Tensor) -> Tensor
) -> Tensor {
  let inputs = [a.node, b.node]
  return Tensor.combined(function, operation, a, b).recorded(operation, inputs) { gradient in
    let half = (a .== b) * 0.5
    return [
      inputs[0].map { _ in (gradient * (wins(a, b) + half)).summed(to: a.shape) },
      inputs[1].map { _ in (gradient * (wins(b, a) + half)).summed(to: b.shape) },
    ]
  }
}

// MARK: Clamping

private struct Clamp: UnaryFunction {
  let low: Float
  let high: Float
  @inline(__always) func callAsFunction(_ x: Float) -> Float { x < low ? low : x > high ? high : x }
}

extension Tensor {
  /// Clamps every element to `range`; the gradient outside is 0.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ClampOperation(range: range), [self])
    }
    let x = self
    return mapped(Clamp(low: range.lowerBound, high: range.upperBound)).recorded("clamp", [node]) {
      gradient in [gradient * ((x .>= range.lowerBound) * (x .<= range.upperBound))]
    }
  }
}
