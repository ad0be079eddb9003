/// A multidimensional array of single-precision floats, with automatic differentiation.
///
/// A tensor has value semantics with cheap copies. Its ``shape`` lists the sizes of its axes;
/// images are `[N, C, H, W]` in any memory order.
///
///     let x = Tensor([1, 2, 3, 4], shape: [2, 2]).requiringGradient()
///     let y = (x * x).sum()
///     y.backward()
///     print(x.gradient!)  // [[2, 4], [6, 8]]
///
/// Tensors are not `Sendable`: tasks exchange scalars or state dictionaries.
public struct Tensor {
  /// The sizes of the axes.
  public internal(set) var shape: Shape
  package var strides: Strides
  package var layout: Layout
  package var offset: Int
  package var storage: Storage
  /// The node of the tape; nil if the tensor requires no gradient.
  package var node: Node?

  init(
    shape: Shape, strides: Strides, layout: Layout, offset: Int, storage: Storage,
    node: Node? = nil
  ) {
    self.shape = shape
    self.strides = strides
    self.layout = layout
    self.offset = offset
    self.storage = storage
    self.node = node
  }

  /// Makes a contiguous tensor with uninitialized elements.
  package init(uninitialized shape: Shape, layout: Layout = .rowMajor) {
    self.init(
      shape: shape, strides: shape.strides(layout), layout: layout, offset: 0,
      storage: Storage(count: shape.elementCount))
  }

  /// The address of the first element, valid while `storage` lives: use `withExtendedLifetime`.
  package var pointer: UnsafeMutablePointer<Float> { storage.pointer + offset }

  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The number of elements.
  public var count: Int { shape.elementCount }
}

// MARK: Making tensors

extension Tensor {
  /// Makes a tensor of `shape` from `scalars` in row-major order.
  ///
  /// Stops if their number is not the shape's element count.
  public init(_ scalars: [Float], shape: Shape) {
    guard scalars.count == shape.elementCount else {
      fail("Tensor: \(scalars.count) scalars don't fill the shape \(shape)")
    }
    self.init(shape: shape) { buffer in
      _ = buffer.update(from: scalars)
    }
  }

  /// Makes a vector, `[scalars.count]`.
  public init(_ scalars: [Float]) { self.init(scalars, shape: [scalars.count]) }

  /// Makes a scalar, of shape `[]`.
  public init(_ scalar: Float) { self.init([scalar], shape: []) }

  /// Makes a tensor whose elements `body` sets in an uninitialized row-major buffer.
  public init(
    shape: Shape, initializingWith body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    self.init(uninitialized: shape)
    try body(UnsafeMutableBufferPointer(start: pointer, count: shape.elementCount))
  }

  /// Makes a tensor whose elements are all `value`.
  public init(repeating value: Float, shape: Shape) {
    self.init(shape: shape) { $0.update(repeating: value) }
  }

  /// Makes a tensor of zeros.
  public init(zeros shape: Shape) { self.init(repeating: 0, shape: shape) }

  /// Makes a tensor of ones.
  public init(ones shape: Shape) { self.init(repeating: 1, shape: shape) }

  /// Makes a vector of the numbers from `start` up to, not including, `end` in steps of `step`, 1
  /// by default.
  ///
  /// Bounds and step are taken as decimal numbers, so 0 to 0.3 by 0.1 gives three numbers in spite
  /// of binary rounding. Stops where one is infinite or NaN, or the step is 0.
  public init<Number: BinaryFloatingPoint & CustomStringConvertible>(
    rangeFrom start: Number, to end: Number, step: Number = 1
  ) {
    guard step != 0, step.isFinite else { fail("Tensor: a range with the step \(step)") }
    guard start.isFinite, end.isFinite else { fail("Tensor: a range from \(start) to \(end)") }
    let (first, last, stride) = (
      Double(decimal: start), Double(decimal: end), Double(decimal: step)
    )
    let steps = (last - first) / stride
    // A number of steps that is integral up to rounding is rounded, and excludes the end.
    let roundingError = 4 * 0x1p-53 * (first.magnitude + last.magnitude) / stride.magnitude
    let whole = steps.rounded()
    let wanted = Swift.abs(steps - whole) <= roundingError ? whole : steps.rounded(.up)
    guard wanted < 0x1p40 else {
      fail("Tensor: a range from \(start) to \(end) by \(step), of \(wanted) numbers")
    }
    let count = Int(Swift.max(0, wanted))
    self.init(shape: [count]) { buffer in
      for index in 0..<count { buffer[index] = Float(first + Double(index) * stride) }
    }
  }
}

extension Double {
  /// The decimal number as which `number` is printed, such as 0.1 for the `Float` 0.1.
  fileprivate init<Number: BinaryFloatingPoint & CustomStringConvertible>(decimal number: Number) {
    self = Double(number.description) ?? Double(number)
  }
}

// MARK: Reading

extension Tensor {
  /// All elements in row-major order.
  public var scalars: [Float] { withScalars { Array($0) } }

  /// The only element; stops unless there is exactly one.
  public var scalar: Float {
    guard count == 1 else { failShape("scalar", shape, expected: "one element") }
    Trace.current?.note("reads a value", on: node)
    return withExtendedLifetime(storage) { pointer[0] }
  }

  /// Calls `body` with all elements in row-major order. The buffer is valid in `body` alone.
  public func withScalars<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    Trace.current?.note("reads values", on: node)
    let tensor = contiguous()
    return try withExtendedLifetime(tensor.storage) {
      try body(UnsafeBufferPointer(start: tensor.pointer, count: tensor.count))
    }
  }
}
