import Foundation

/// The contents of a progress bar's line, and its text.
package struct ProgressLine {
  /// Values by name, in order.
  package typealias Values = [(name: String, value: Double)]

  package var title: String
  /// The total number of steps; nil if unknown.
  package var total: Int?
  package var completed = 0
  /// The steps done before the clock started, as in a resumed training.
  package var completedBefore = 0
  /// The examples since the clock started; 0 where they are unknown.
  package var examples = 0
  /// The seconds since the clock started, and those of its steps alone.
  package var seconds = 0.0
  package var stepSeconds = 0.0
  package var values: Values = []
  /// The measurements of an evaluation.
  package var validation: Values = []
  package var curve = Sparkline()

  package init(_ title: String, total: Int?, completed: Int = 0) {
    self.title = title
    self.total = total
    (self.completed, completedBefore) = (completed, completed)
  }

  /// The line of a terminal of `columns` columns, shorter than that: bar, steps, speed, time left,
  /// values and the curve of the first one. Where there is no room for all, first the curve goes,
  /// then the speed; then there is no bar, and the end is cut off.
  package func drawn(columns: Int) -> String {
    let known = [share, speed, remaining] + texts
    for (speed, curve) in [(true, true), (true, false), (false, false)] {
      var parts = known
      if !speed { parts[1] = nil }
      if curve { parts.append(self.curve.text(width: 12)) }
      let text = Self.joined(parts)
      let free = columns - 1 - title.count - text.count - 4
      guard let fraction else {
        if free >= 0 { return Self.joined([title, text]) }
        continue
      }
      // With everything else there must be room for a bar that shows something.
      let width = min(30, free)
      if width >= (speed || curve ? 10 : 5) {
        return Self.joined([title, Self.bar(fraction, width: width), text])
      }
    }
    let text = Self.joined([title, share, remaining] + texts)
    return String(text.prefix(max(columns - 1, 0)))
  }

  /// The line of a file or a pipe.
  package var plain: String {
    let percent = fraction.map { " (\(Int(100 * $0))%)" } ?? ""
    return Self.joined([title, share + percent, remaining, speed] + texts)
  }

  /// The last line: the values, those of the validation behind its name, the time, the speed of the
  /// steps, and the number of steps where it isn't the one that was expected.
  package var finished: String {
    Self.joined(
      [title, completed == total ? nil : share] + texts + [Self.time(seconds), speed])
  }

  // MARK: Parts

  /// The values, and those of the validation behind its name.
  private var texts: [String?] {
    let measured = Self.joined(Self.texts(validation))
    return Self.texts(values) + [measured.isEmpty ? nil : "validation " + measured]
  }

  /// Nil without a total.
  private var fraction: Double? {
    total.map { $0 == 0 ? 1 : min(Double(completed) / Double($0), 1) }
  }

  private var share: String { total.map { "\(completed)/\($0)" } ?? "\(completed) steps" }

  /// The time that the other steps take, if they take as long as those since the clock started.
  private var remaining: String? {
    guard let total, completed > completedBefore, completed < total else { return nil }
    let rest = Double(total - completed) / Double(completed - completedBefore)
    return Self.time(seconds * rest) + " left"
  }

  /// Examples a second to three digits, or nil where they are unknown.
  private var speed: String? {
    guard examples > 0, stepSeconds > 0 else { return nil }
    return Self.number(Double(examples) / stepSeconds) + " examples/s"
  }

  private static func bar(_ fraction: Double, width: Int) -> String {
    let filled = Int(fraction * Double(width))
    return String(repeating: "━", count: filled)
      + "\u{1B}[2m" + String(repeating: "─", count: width - filled) + "\u{1B}[0m"
  }

  private static func joined(_ parts: [String?]) -> String {
    parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  ")
  }

  private static func texts(_ values: Values) -> [String?] {
    values.map { name, value in
      // The system's would show the sign of a NaN.
      "\(name) \(value.isNaN ? "nan" : String(format: "%.4g", value))"
    }
  }

  /// A number to three digits, in groups: `61,000`, `8.25`.
  package static func number(_ value: Double) -> String {
    guard value.isFinite, value < 1e15 else { return "?" }
    guard value >= 99.95 else { return String(format: "%.3g", value) }
    var unit = 1
    while value / Double(unit) >= 999.5 { unit *= 10 }
    var digits = String(Int((value / Double(unit)).rounded()) * unit)
    for place in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    }
    return digits
  }

  /// A readable duration: `4 ms`, `0.4 s`, `41 s`, `3 min 05 s`, `2 h 10 min`.
  package static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e15 else { return "?" }
    let whole = Int(seconds.rounded())
    switch seconds {
    case ..<0.0995: return String(format: "%.0f ms", max(1000 * seconds, 0))
    case ..<9.95: return String(format: "%.1f s", seconds)
    case ..<59.5: return "\(whole) s"
    case ..<3599.5: return String(format: "%d min %02d s", whole / 60, whole % 60)
    default: return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    }
  }
}
