/// A height and a width, such as a kernel's size, a stride or a dilation. An integer literal sets
/// both.
public struct Size2D: Hashable, Sendable {
  /// The height, in rows.
  public var height: Int
  /// The width, in columns.
  public var width: Int

  /// Makes a size of `height` rows and `width` columns.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// Makes a square size.
  public init(_ size: Int) { self.init(size, size) }
}

extension Size2D: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size, size) }
}

extension Size2D: CustomStringConvertible {
  public var description: String { "\(height) by \(width)" }
}

/// Padding of an image by side, in rows and columns. An integer literal sets all sides.
public struct Padding2D: Hashable, Sendable {
  /// The rows above.
  public var top: Int
  /// The rows below.
  public var bottom: Int
  /// The columns on the left.
  public var left: Int
  /// The columns on the right.
  public var right: Int

  /// Makes padding by side.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// Makes symmetric padding: `vertical` rows at the top and bottom, `horizontal` columns left and
  /// right.
  public init(_ vertical: Int, _ horizontal: Int) {
    self.init(top: vertical, bottom: vertical, left: horizontal, right: horizontal)
  }

  /// Makes equal padding on all sides.
  public init(_ size: Int) { self.init(size, size) }

  /// "Same" padding, with which a convolution of stride 1 keeps the image's size; an odd total puts
  /// one more at the bottom or right.
  public static func same(_ kernelSize: Size2D, dilation: Size2D = 1) -> Padding2D {
    let rows = Padding1D.same(kernelSize.height, dilation: dilation.height)
    let columns = Padding1D.same(kernelSize.width, dilation: dilation.width)
    return Padding2D(
      top: rows.front, bottom: rows.back, left: columns.front, right: columns.back)
  }

  /// The total of top and bottom.
  package var vertical: Int { top + bottom }
  /// The total of left and right.
  package var horizontal: Int { left + right }
  package var smallest: Int { min(top, bottom, left, right) }
}

extension Padding2D: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size, size) }
}

extension Padding2D: CustomStringConvertible {
  public var description: String {
    "\(top) above, \(bottom) below, \(left) left, \(right) right"
  }
}

/// Padding of a sequence at both ends, in elements. An integer literal sets both.
public struct Padding1D: Hashable, Sendable {
  /// The elements before the first.
  public var front: Int
  /// The elements after the last.
  public var back: Int

  /// Makes padding by end.
  public init(front: Int, back: Int) {
    self.front = front
    self.back = back
  }

  /// Makes equal padding at both ends.
  public init(_ size: Int) { self.init(front: size, back: size) }

  /// "Same" padding, with which a convolution of stride 1 keeps the sequence's length; an odd total
  /// puts one more at the end.
  public static func same(_ kernelSize: Int, dilation: Int = 1) -> Padding1D {
    let whole = dilation * (kernelSize - 1)
    return Padding1D(front: whole / 2, back: whole - whole / 2)
  }

  /// This padding of a sequence as that of an image of one row.
  package var ofColumns: Padding2D { Padding2D(top: 0, bottom: 0, left: front, right: back) }
}

extension Padding1D: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size) }
}
