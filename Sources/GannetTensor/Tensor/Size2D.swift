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
