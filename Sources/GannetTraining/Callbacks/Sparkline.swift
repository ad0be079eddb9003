/// A curve in one row of text, kept in bounded memory: `█▅▃▂▁▁`.
package struct Sparkline {
  /// The most points that are kept; where they are exceeded, neighbours become their mean.
  private static let capacity = 64
  private static let levels: [Character] = Array("▁▂▃▄▅▆▇█")

  /// The means of the finite ones of `stride` values each; NaN without any.
  private var points: [Double] = []
  private var stride = 1
  /// The values that don't fill a point yet.
  private var pending: [Double] = []

  package init() {}

  package mutating func append(_ value: Double) {
    pending.append(value)
    guard pending.count == stride else { return }
    points.append(Self.mean(pending[...]))
    pending.removeAll(keepingCapacity: true)
    guard points.count > Self.capacity else { return }
    // An odd one waits for its neighbour.
    if points.count % 2 == 1 { pending = Array(repeating: points.removeLast(), count: stride) }
    points = Self.joined(points, to: points.count / 2)
    stride *= 2
  }

  /// The curve in at most `width` characters, from the lowest point to the highest: a dot for what
  /// is not finite; empty below two points.
  package func text(width: Int) -> String {
    guard points.count >= 2, width >= 2 else { return "" }
    let shown = Self.joined(points, to: min(width, points.count))
    let finite = shown.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    return String(
      shown.map { point -> Character in
        guard point.isFinite else { return "·" }
        // Half of each, as their difference may be beyond a Double.
        let share = high > low ? (point / 2 - low / 2) / (high / 2 - low / 2) : 0
        return Self.levels[min(Int(share * Double(Self.levels.count)), Self.levels.count - 1)]
      })
  }

  /// The means of `count` ranges of neighbours.
  private static func joined(_ points: [Double], to count: Int) -> [Double] {
    (0..<count).map {
      mean(points[$0 * points.count / count..<($0 + 1) * points.count / count])
    }
  }

  /// The mean of the finite ones; NaN without any.
  private static func mean(_ values: ArraySlice<Double>) -> Double {
    let finite = values.filter(\.isFinite)
    return finite.reduce(0) { $0 + $1 / Double(finite.count) } + (finite.isEmpty ? .nan : 0)
  }
}
