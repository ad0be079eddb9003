/// The sizes of a tensor's axes, outermost first, such as `[N, C, H, W]` of an image batch.
///
/// A shape is a collection of at most eight sizes and never allocates. The shape of a scalar is
/// `[]`.
public struct Shape: Hashable, Sendable {
  /// The largest number of axes that a tensor can have.
  public static let maximumRank = 8

  @usableFromInline var sizes = SIMD8<Int>(repeating: 0)
  /// The number of axes.
  public private(set) var rank: Int

  /// Makes a shape from `sizes`; stops if there are more than eight or one is negative.
  public init(_ sizes: some Collection<Int>) {
    rank = sizes.count
    guard rank <= Shape.maximumRank else {
      fail("Shape: \(rank) axes, at most \(Shape.maximumRank) are possible")
    }
    for (axis, size) in sizes.enumerated() {
      guard size >= 0 else { fail("Shape: axis \(axis) has the negative size \(size)") }
      self.sizes[axis] = size
    }
  }

  /// The number of elements: the product of the sizes, 1 for a scalar.
  public var elementCount: Int {
    var product = 1
    for axis in 0..<rank { product *= sizes[axis] }
    return product
  }

  /// The strides, in elements, of a row-major tensor of this shape.
  package var rowMajorStrides: Strides {
    var strides = Strides(repeating: 0)
    var step = 1
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step *= sizes[axis]
    }
    return strides
  }

  /// `axis` as a non-negative index; negative ones count from the end. Stops if it is out of range.
  package func normalized(_ axis: Int, _ operation: StaticString) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    guard positive >= 0, positive < rank else {
      fail("\(operation): axis \(axis) is out of range for shape \(self)")
    }
    return positive
  }

  /// This shape without `axis`.
  package func removing(_ axis: Int) -> Shape {
    var sizes = Array(self)
    sizes.remove(at: axis)
    return Shape(sizes)
  }

  /// This shape with an axis of `size` inserted at `axis`.
  package func inserting(_ size: Int, at axis: Int) -> Shape {
    var sizes = Array(self)
    sizes.insert(size, at: axis)
    return Shape(sizes)
  }

  /// This shape with `axis` set to `size`.
  package func replacing(_ axis: Int, with size: Int) -> Shape {
    var shape = self
    shape.sizes[axis] = size
    return shape
  }

  /// The shape that `self` and `other` broadcast to by NumPy's rule (aligned at the last axis,
  /// sizes equal or 1), or nil if they do not.
  package func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = Swift.max(rank, other.rank)
    var result = Shape(repeatElement(1, count: rank))
    for axis in 0..<rank {
      let a = axis < rank - self.rank ? 1 : sizes[axis - (rank - self.rank)]
      let b = axis < rank - other.rank ? 1 : other.sizes[axis - (rank - other.rank)]
      guard a == b || a == 1 || b == 1 else { return nil }
      result.sizes[axis] = a == 1 ? b : a
    }
    return result
  }
}

/// Distances in elements between neighbours along each axis.
package typealias Strides = SIMD8<Int>

extension Shape: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rank }
  public subscript(axis: Int) -> Int { sizes[axis] }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }
}

extension Shape: CustomStringConvertible {
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}
