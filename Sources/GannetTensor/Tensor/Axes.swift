/// The axes of a reduction. An integer literal is one axis, an array literal several; negative ones
/// count from the end.
///
///     x.sum()                 // over all axes
///     x.sum(along: -1)        // over the last
///     x.mean(along: [0, 2])   // over two
public struct Axes: Hashable, Sendable {
  /// The given axes; nil for all.
  private let listed: [Int]?

  /// All axes of a tensor of any rank.
  public static let all = Axes(nil)

  /// Makes a list of axes; an empty one reduces nothing.
  public init(_ axes: some Collection<Int>) { listed = Array(axes) }

  private init(_ listed: [Int]?) { self.listed = listed }

  /// The axes as sorted, distinct, non-negative indices into `shape`; stops if one is out of range.
  package func resolved(in shape: Shape, _ operation: StaticString) -> [Int] {
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
