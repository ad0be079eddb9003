/// A multidimensional array of 32-bit integers: labels, token indices. No gradients.
public struct IntTensor: Hashable, Sendable {
  /// The sizes of the axes.
  public let shape: Shape
  /// All elements, the last axis fastest.
  public private(set) var scalars: [Int32]

  /// A tensor of `shape` that holds `scalars`, the last axis fastest.
  ///
  /// Stops if their number is not that of the shape.
  public init(_ scalars: [Int32], shape: Shape) {
    guard scalars.count == shape.elementCount else {
      fail("IntTensor: \(scalars.count) scalars don't fill the shape \(shape)")
    }
    self.scalars = scalars
    self.shape = shape
  }

  /// A tensor of shape `[scalars.count]`.
  public init(_ scalars: [Int32]) { self.init(scalars, shape: [scalars.count]) }

  /// A tensor of shape `[values.count]`; stops where a value has no room in 32 bits.
  public init(_ values: [Int]) {
    self.init(
      values.map { value in
        guard let scalar = Int32(exactly: value) else {
          fail("IntTensor: \(value) is out of the range of 32 bits")
        }
        return scalar
      })
  }

  /// The number of elements.
  public var count: Int { scalars.count }

  /// The same elements in another shape with as many.
  public func reshaped(to shape: Shape) -> IntTensor {
    guard shape.elementCount == count else { failShapes("reshaped", self.shape, shape) }
    return IntTensor(scalars, shape: shape)
  }

  /// The part at `index` along the first axis, which vanishes; negative indices count from the back.
  public subscript(index: Int) -> IntTensor {
    self[shape.range(of: index, along: 0)].reshaped(to: shape.removing(0))
  }

  /// The part with indices `range` along the first axis.
  public subscript(range: Range<Int>) -> IntTensor { sliced(range, along: 0) }

  /// The element at an index for each axis, negative ones from the back.
  public subscript(indices: Int...) -> Int32 {
    get { scalars[place(of: indices)] }
    set { scalars[place(of: indices)] = newValue }
  }

  private func place(of indices: [Int]) -> Int {
    let strides = shape.rowMajorStrides
    return shape.ranges(of: indices).enumerated().reduce(0) {
      $0 + $1.element.lowerBound * strides[$1.offset]
    }
  }

  /// Stops unless every element lies in `0..<limit`, as an index must.
  package func checkIndices(_ operation: StaticString, below limit: Int) {
    let inside = scalars.allSatisfy { $0 >= 0 && $0 < limit }
    guard inside else {
      let bad = scalars.first { $0 < 0 || $0 >= limit }!
      fail("\(operation): index \(bad) is not in 0..<\(limit)")
    }
  }
}

extension Tensor {
  /// The integers as floats, which hold those up to 2^24 exactly.
  public init(_ integers: IntTensor) {
    self.init(shape: integers.shape) { buffer in
      for (index, scalar) in integers.scalars.enumerated() { buffer[index] = Float(scalar) }
    }
  }
}
