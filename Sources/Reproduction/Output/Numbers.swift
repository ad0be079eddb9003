import Foundation

/// Formatting of numbers in tables.
enum Numbers {
  /// A number with up to four significant digits, integral ones in full, very large and small ones
  /// with an exponent.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e7 { return String(format: "%.0f", value) }
    if (1e4..<1e7).contains(abs(value)) { return String(format: "%.0f", value) }
    return tidied(String(format: "%.4g", value))
  }

  /// A difference with its sign, with up to two significant digits.
  static func signed(_ value: Double) -> String {
    value.isFinite && value != 0 ? tidied(String(format: "%+.2g", value)) : text(value)
  }

  /// Shortens `1e-06` to `1e-6`.
  private static func tidied(_ text: String) -> String {
    guard let mark = text.firstIndex(of: "e") else { return text }
    let exponent = text[text.index(after: mark)...]
    return text[..<mark] + "e" + String(Int(exponent) ?? 0)
  }

  /// An interval: `[0.352, 0.388]`, or `≥ 0.9` where one end is open.
  static func text(_ interval: ClosedRange<Double>) -> String {
    switch (interval.lowerBound, interval.upperBound) {
    case (-Double.infinity, let upper): "≤ \(text(upper))"
    case (let lower, Double.infinity): "≥ \(text(lower))"
    case (let lower, let upper): "[\(text(lower)), \(text(upper))]"
    }
  }
}
