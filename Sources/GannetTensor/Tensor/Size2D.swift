/// A height and a width: of a kernel, or from one of its places to the next. An integer literal means both.
public struct Size2D: Hashable, Sendable {
  public var height: Int
  public var width: Int

  /// `height` rows and `width` columns.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// A square.
  public init(_ size: Int) { self.init(size, size) }
}

extension Size2D: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size, size) }
}

extension Size2D: CustomStringConvertible {
  public var description: String { "\(height) by \(width)" }
}

/// Rows and columns put around an image. An integer literal means as many on every side.
public struct Padding2D: Hashable, Sendable {
  public var top: Int
  public var bottom: Int
  public var left: Int
  public var right: Int

  /// Each side by itself.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// `vertical` rows above and below, `horizontal` columns left and right.
  public init(_ vertical: Int, _ horizontal: Int) {
    self.init(top: vertical, bottom: vertical, left: horizontal, right: horizontal)
  }

  /// As many on every side.
  public init(_ size: Int) { self.init(size, size) }

  /// The padding with which a convolution at stride 1 with a kernel of `kernelSize` keeps the image's
  /// size: half of the kernel's span on each side; of an odd number of rows or columns, one more below
  /// and on the right.
  public static func same(_ kernelSize: Size2D, dilation: Size2D = 1) -> Padding2D {
    let rows = Padding1D.same(kernelSize.height, dilation: dilation.height)
    let columns = Padding1D.same(kernelSize.width, dilation: dilation.width)
    return Padding2D(
      top: rows.front, bottom: rows.back, left: columns.front, right: columns.back)
  }

  /// Rows above and below together.
  package var vertical: Int { top + bottom }
  /// Columns left and right together.
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

/// Elements put at the ends of a sequence. An integer literal means as many on both.
public struct Padding1D: Hashable, Sendable {
  public var front: Int
  public var back: Int

  /// Each end by itself.
  public init(front: Int, back: Int) {
    self.front = front
    self.back = back
  }

  /// As many at both ends.
  public init(_ size: Int) { self.init(front: size, back: size) }

  /// The padding with which a convolution at stride 1 with a kernel of `kernelSize` keeps the sequence's
  /// length: half of the kernel's span at each end; of an odd number, one more behind.
  public static func same(_ kernelSize: Int, dilation: Int = 1) -> Padding1D {
    let whole = dilation * (kernelSize - 1)
    return Padding1D(front: whole / 2, back: whole - whole / 2)
  }

  /// This padding for images of one row.
  package var ofColumns: Padding2D { Padding2D(top: 0, bottom: 0, left: front, right: back) }
}

extension Padding1D: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size) }
}
