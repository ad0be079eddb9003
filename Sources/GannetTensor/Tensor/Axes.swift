/// The axes that a reduction runs along. An integer literal means one, an array literal several; negative
/// ones count from the end.
///
///     x.sum()                 // over all axes
///     x.sum(along: -1)        // over the last
///     x.mean(along: [0, 2])   // over two
public struct Axes: Hashable, Sendable {
  /// The axes as they were given; nil for all.
  private let listed: [Int]?

  /// All axes of the tensor, whatever its rank.
  public static let all = Axes(nil)

  /// The axes `axes`; without any, a reduction leaves each element as it is.
  public init(_ axes: some Collection<Int>) { listed = Array(axes) }

  private init(_ listed: [Int]?) { self.listed = listed }

  /// The axes within `shape`, counted from the front, in order and each once; stops where one is out of
  /// range.
  func resolved(in shape: Shape, _ operation: StaticString) -> [Int] {
    guard let listed else { return Array(0..<shape.rank) }
    return Set(listed.map { shape.normalized($0, operation) }).sorted()
  }
}

extension Axes: ExpressibleByIntegerLiteral {
  public init(integerLiteral axis: Int) { self.init([axis]) }
}

extension Axes: ExpressibleByArrayLiteral {
  public init(arrayLiteral axes: Int...) { self.init(axes) }
}
