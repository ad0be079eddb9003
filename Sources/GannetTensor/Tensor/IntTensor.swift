/// A multidimensional array of 32-bit integers, such as labels or token indices, without gradients.
public struct IntTensor: Sendable {
  /// The sizes of the axes.
  public let shape: Shape
  /// The elements in row-major order, which a trace does not see read.
  package private(set) var elements: [Int32]
  /// The identity in a trace; nil outside of one.
  private(set) var mark: TraceMark?

  /// Makes a tensor of `shape` from `scalars` in row-major order.
  ///
  /// Stops if their number is not the shape's element count.
  public init(_ scalars: [Int32], shape: Shape) {
    guard scalars.count == shape.elementCount else {
      fail("IntTensor: \(scalars.count) scalars don't fill the shape \(shape)")
    }
    elements = scalars
    self.shape = shape
  }

  /// Makes a vector, `[scalars.count]`.
  public init(_ scalars: [Int32]) { self.init(scalars, shape: [scalars.count]) }

  /// Makes a vector, `[values.count]`; stops where a value is beyond 32 bits.
  public init(_ values: [Int]) {
    self.init(
      values.map { value in
        guard let scalar = Int32(exactly: value) else {
          fail("IntTensor: \(value) is out of the range of 32 bits")
        }
        return scalar
      })
  }

  /// All elements in row-major order.
  public var scalars: [Int32] {
    Trace.current?.note("reads values", on: mark)
    return elements
  }

  /// The number of elements.
  public var count: Int { elements.count }

  /// The slice at `index` along the first axis, without that axis; negative indices count from the
  /// end.
  public subscript(index: Int) -> IntTensor {
    self[shape.range(of: index, along: 0)].reshaped(to: shape.removing(0))
  }

  /// The slice with indices `range` along the first axis.
  public subscript(range: Range<Int>) -> IntTensor { sliced(range, along: 0) }

  /// The element at one index for each axis, of two or more; negative ones count from the end. That of
  /// a vector is `x.scalars[i]`.
  public subscript(first: Int, second: Int, others: Int...) -> Int32 {
    get { scalars[place(of: [first, second] + others)] }
    set {
      Trace.current?.note("changes a value", on: mark)
      elements[place(of: [first, second] + others)] = newValue
    }
  }

  private func place(of indices: [Int]) -> Int {
    let strides = shape.rowMajorStrides
    return shape.ranges(of: indices).enumerated().reduce(0) {
      $0 + $1.element.lowerBound * strides[$1.offset]
    }
  }

  /// Stops unless every element is a valid index, in `0..<limit`.
  package func checkIndices(_ operation: StaticString, below limit: Int) {
    let inside = scalars.allSatisfy { $0 >= 0 && $0 < limit }
    guard inside else {
      let bad = scalars.first { $0 < 0 || $0 >= limit }!
      fail("\(operation): index \(bad) is not in 0..<\(limit)")
    }
  }
}

extension IntTensor: Hashable {
  public static func == (a: IntTensor, b: IntTensor) -> Bool {
    a.shape == b.shape && a.elements == b.elements
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    hasher.combine(elements)
  }
}

extension IntTensor {
  /// These integers with `mark` as their identity in a trace.
  func marked(_ mark: TraceMark?) -> IntTensor {
    var integers = self
    integers.mark = mark
    return integers
  }
}

extension Tensor {
  /// Converts integers to floats, exactly up to 2^24.
  public init(_ integers: IntTensor) {
    if let trace = Trace.current {
      self = trace.record(ConversionOperation(), [.integers(integers)])[0].tensor
      return
    }
    self.init(shape: integers.shape) { buffer in
      for (index, scalar) in integers.scalars.enumerated() { buffer[index] = Float(scalar) }
    }
  }
}
