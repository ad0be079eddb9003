import Foundation

/// Numbers as tables show them.
enum Numbers {
  /// Three or four significant digits, whole numbers whole, an exponent where zeros would pile up.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e7 { return String(format: "%.0f", value) }
    switch abs(value) {
    case ..<1e-3, 1e5...: return String(format: "%.2e", value)
    case ..<0.1: return String(format: "%.4f", value)
    case ..<10: return String(format: "%.3f", value)
    case ..<1000: return String(format: "%.2f", value)
    default: return String(format: "%.1f", value)
    }
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
