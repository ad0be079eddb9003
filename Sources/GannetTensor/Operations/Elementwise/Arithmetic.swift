// The four operations, with broadcasting by NumPy's rule, and their gradients.

struct Add: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a + b }
}
struct Subtract: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a - b }
}
struct Multiply: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a * b }
}
struct Divide: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a / b }
}

/// y = factor · x + term.
struct Affine: UnaryFunction {
  let factor: Float
  let term: Float
  @inline(__always) func callAsFunction(_ x: Float) -> Float { x * factor + term }
}

extension Tensor {
  /// The sum, element by element; shapes broadcast.
  public static func + (a: consuming Tensor, b: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ArithmeticOperation(kind: .sum), [copy a, b])
    }
    let (shapeA, shapeB, inputs) = (a.shape, b.shape, [a.node, b.node])
    return combined(Add(), "+", a, b).recorded("+", inputs) { gradient in
      [
        inputs[0] == nil ? nil : gradient.summed(to: shapeA),
        inputs[1] == nil ? nil : gradient.summed(to: shapeB),
      ]
    }
  }

  /// The difference, element by element; shapes broadcast.
  public static func - (a: consuming Tensor, b: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ArithmeticOperation(kind: .difference), [copy a, b])
    }
    let (shapeA, shapeB, inputs) = (a.shape, b.shape, [a.node, b.node])
    return combined(Subtract(), "-", a, b).recorded("-", inputs) { gradient in
      [
        inputs[0] == nil ? nil : gradient.summed(to: shapeA),
        inputs[1] == nil ? nil : -gradient.summed(to: shapeB),
      ]
    }
  }

  /// The product, element by element; shapes broadcast.
  public static func * (a: consuming Tensor, b: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ArithmeticOperation(kind: .product), [copy a, b])
    }
    let (shapeA, shapeB, inputs) = (a.shape, b.shape, [a.node, b.node])
    // Each factor is saved only where the other's gradient needs it.
    let savedA = b.isRecorded ? a : nil
    let savedB = a.isRecorded ? b : nil
    return combined(Multiply(), "*", a, b).recorded("*", inputs) { gradient in
      [
        savedB.map { (gradient * $0).summed(to: shapeA) },
        savedA.map { (gradient * $0).summed(to: shapeB) },
      ]
    }
  }

  /// The quotient, element by element; shapes broadcast.
  public static func / (a: consuming Tensor, b: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ArithmeticOperation(kind: .quotient), [copy a, b])
    }
    let (shapeA, shapeB, inputs) = (a.shape, b.shape, [a.node, b.node])
    let savedA = b.isRecorded ? a : nil
    let savedB = a.isRecorded || b.isRecorded ? b : nil
    return combined(Divide(), "/", a, b).recorded("/", inputs) { gradient in
      [
        inputs[0] == nil ? nil : (gradient / savedB!).summed(to: shapeA),
        // Two quotients: b² may leave Float's range where the gradient does not.
        savedA.map { (-(gradient / savedB!) * ($0 / savedB!)).summed(to: shapeB) },
      ]
    }
  }

  /// The negative of every element.
  public static prefix func - (x: consuming Tensor) -> Tensor {
    x.scaled(by: -1, "negate")
  }

  /// factor · x + term, in one pass. The neutral term is -0, since -0 + 0 would be 0.
  consuming func scaled(
    by factor: Float, plus term: Float = -0.0, _ operation: StaticString
  ) -> Tensor {
    if let trace = Trace.current {
      return trace.record(AffineOperation(factor: factor, term: term), [copy self])
    }
    let inputs = [node]
    return mapped(Affine(factor: factor, term: term)).recorded(operation, inputs) { gradient in
      [gradient.scaled(by: factor, "scale")]
    }
  }
}

// MARK: With a number

extension Tensor {
  /// `b` added to every element.
  public static func + (a: consuming Tensor, b: Float) -> Tensor { a.scaled(by: 1, plus: b, "+") }
  /// `a` added to every element.
  public static func + (a: Float, b: consuming Tensor) -> Tensor { b.scaled(by: 1, plus: a, "+") }
  /// `b` subtracted from every element.
  public static func - (a: consuming Tensor, b: Float) -> Tensor { a.scaled(by: 1, plus: -b, "-") }
  /// Every element subtracted from `a`.
  public static func - (a: Float, b: consuming Tensor) -> Tensor { b.scaled(by: -1, plus: a, "-") }
  /// Every element times `b`.
  public static func * (a: consuming Tensor, b: Float) -> Tensor { a.scaled(by: b, "*") }
  /// Every element times `a`.
  public static func * (a: Float, b: consuming Tensor) -> Tensor { b.scaled(by: a, "*") }
  /// Every element divided by `b`.
  public static func / (a: consuming Tensor, b: Float) -> Tensor { a / Tensor(b) }
  /// `a` divided by every element.
  public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }
}

// MARK: In place

extension Tensor {
  /// Adds `b` to every element, shapes broadcast to that of `a`.
  public static func += (a: inout Tensor, b: Tensor) { a.update("+=", b) { $0 + $1 } }
  /// Subtracts `b` from every element, shapes broadcast to that of `a`.
  public static func -= (a: inout Tensor, b: Tensor) { a.update("-=", b) { $0 - $1 } }
  /// Multiplies every element by `b`, shapes broadcast to that of `a`.
  public static func *= (a: inout Tensor, b: Tensor) { a.update("*=", b) { $0 * $1 } }
  /// Divides every element by `b`, shapes broadcast to that of `a`.
  public static func /= (a: inout Tensor, b: Tensor) { a.update("/=", b) { $0 / $1 } }
  /// Adds `b` to every element.
  public static func += (a: inout Tensor, b: Float) { a += Tensor(b) }
  /// Subtracts `b` from every element.
  public static func -= (a: inout Tensor, b: Float) { a -= Tensor(b) }
  /// Multiplies every element by `b`.
  public static func *= (a: inout Tensor, b: Float) { a *= Tensor(b) }
  /// Divides every element by `b`.
  public static func /= (a: inout Tensor, b: Float) { a /= Tensor(b) }

  /// Adds `other`, of the same shape, times `factor`, in place.
  public mutating func add(_ other: Tensor, scaledBy factor: Float) {
    guard other.shape == shape else { failShapes("add", shape, other.shape) }
    checkChangeable("add")
    if isRecorded || other.isRecorded || Trace.current != nil {
      self = self + other * factor
      return
    }
    prepareToWrite()
    let source = layout == .channelsLast ? other.channelsLast() : other.contiguous()
    BLAS.axpy(factor, source.pointer, pointer, count)
    withExtendedLifetime(source.storage) {}
  }

  /// Makes the storage contiguous and unshared, with the same elements.
  package mutating func prepareToWrite() {
    if !layout.isDense { self = contiguous() }
    guard !ownsStorage() else { return }
    let copy = Storage(count: count)
    copy.pointer.update(from: pointer, count: count)
    storage = copy
    offset = 0
  }

  /// Replaces the values by `operation`'s. While recording, the result is a new step of the tape
  /// and a leaf stops; otherwise the tensor keeps its node.
  private mutating func update(
    _ name: StaticString, _ other: Tensor, by operation: (consuming Tensor, Tensor) -> Tensor
  ) {
    guard shape.broadcast(with: other.shape) == shape else { failShapes(name, shape, other.shape) }
    checkChangeable(name)
    if Recording.isOn || Trace.current != nil {
      self = operation(take(), other)
    } else {
      let node = node
      self = operation(take(), other)
      self.node = node
    }
  }

  /// Stops where a leaf would change while the tape may have saved its values.
  package func checkChangeable(_ operation: StaticString) {
    if Recording.isOn, let node, node.isLeaf {
      fail(
        "\(operation): a leaf can't change in place while gradients are recorded; "
          + "use withoutGradients { }")
    }
  }

  /// Moves the value out, so that its storage may become unshared.
  package mutating func take() -> Tensor {
    let value = self
    self = Tensor.nothing
    return value
  }

  private nonisolated(unsafe) static let nothing = Tensor(uninitialized: [0])
}
