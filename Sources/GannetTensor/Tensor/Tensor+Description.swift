extension Tensor: CustomStringConvertible {
  /// The elements in nested brackets, one row a line of at most 80 columns, with up to four
  /// decimals. Axes are abbreviated if there are more than 1,000 elements.
  public var description: String {
    withScalars { scalars in
      NestedText(shape).write { indices in NumberFormat.texts(of: indices.map { scalars[$0] }) }
    }
  }
}

extension IntTensor: CustomStringConvertible {
  /// The elements in nested brackets, in the format of ``Tensor/description``.
  public var description: String {
    NestedText(shape).write { indices in
      NumberFormat.aligned(indices.map { String(scalars[$0]) })
    }
  }
}

/// Layout of an array's elements in nested brackets.
private struct NestedText {
  private let shape: Shape
  /// The indices shown along each axis; nil marks an ellipsis.
  private let shown: [[Int?]]
  private static let width = 80
  private static let edge = 3

  init(_ shape: Shape) {
    self.shape = shape
    let isLong = shape.elementCount > 1_000
    shown = shape.map { size in
      guard isLong, size > 2 * NestedText.edge else { return Array(0..<size) }
      return Array(0..<NestedText.edge) + [nil] + Array(size - NestedText.edge..<size)
    }
  }

  /// The text; `format` makes the texts of the shown elements, given by row-major index.
  func write(_ format: ([Int]) -> [String]) -> String {
    var indices = [0]
    for (axis, shown) in shown.enumerated() {
      indices = indices.flatMap { index in shown.compactMap { $0.map { index * shape[axis] + $0 } }
      }
    }
    var texts = format(indices)[...]
    return part(0, &texts)
  }

  private func part(_ axis: Int, _ texts: inout ArraySlice<String>) -> String {
    guard axis < shape.rank else { return texts.removeFirst().trimmed }
    if axis == shape.rank - 1 { return row(&texts) }
    let parts = shown[axis].map { $0 == nil ? "…" : part(axis + 1, &texts) }
    let breaks = String(repeating: "\n", count: shape.rank - 1 - axis)
    return "[" + parts.joined(separator: "," + breaks + indentation(axis + 1)) + "]"
  }

  private func row(_ texts: inout ArraySlice<String>) -> String {
    let rank = shape.rank
    var lines = [""]
    for (number, index) in shown[rank - 1].enumerated() {
      let isLast = number == shown[rank - 1].count - 1
      let text = (index == nil ? "…" : texts.removeFirst()) + (isLast ? "" : ",")
      let line = lines[lines.count - 1]
      // Leaves room for a row's brackets and those that may close after it.
      if !line.isEmpty, rank + line.count + 1 + text.count + rank > NestedText.width {
        lines.append(text)
      } else {
        lines[lines.count - 1] = line.isEmpty ? text : line + " " + text
      }
    }
    return "[" + lines.joined(separator: "\n" + indentation(rank)) + "]"
  }

  private func indentation(_ count: Int) -> String { String(repeating: " ", count: count) }
}

/// Formatting of numbers for aligned columns.
private enum NumberFormat {
  /// `numbers` in a common style: integral, decimal, or with an exponent where decimals would hide
  /// digits.
  static func texts(of numbers: [Float]) -> [String] {
    let magnitudes = numbers.filter { $0.isFinite && $0 != 0 }.map { Double($0.magnitude) }
    let isWhole = magnitudes.allSatisfy { $0 == $0.rounded() }
    let (smallest, largest) = (magnitudes.min() ?? 1, magnitudes.max() ?? 1)
    if largest >= (isWhole ? 1e7 : 1e6) || smallest < 1e-4 {
      let digits = magnitudes.map { digitsNeeded(parts(of: $0).mantissa) }.max() ?? 0
      return aligned(numbers.map { write($0) { scientific($0, digits) } })
    }
    let digits = magnitudes.map(digitsNeeded).max() ?? 0
    return aligned(numbers.map { write($0) { fixed($0, digits) } })
  }

  /// `texts`, padded to the width of the widest.
  static func aligned(_ texts: [String]) -> [String] {
    let width = texts.map(\.count).max() ?? 0
    return texts.map { String(repeating: " ", count: width - $0.count) + $0 }
  }

  private static func write(_ number: Float, _ format: (Double) -> String) -> String {
    guard number.isFinite else { return "\(number)" }
    return (number.sign == .minus ? "-" : "") + format(Double(number.magnitude))
  }

  /// The number of decimals, up to four, that `magnitude` needs.
  private static func digitsNeeded(_ magnitude: Double) -> Int {
    var (scaled, digits) = (Int((magnitude * 1e4).rounded()), 4)
    while digits > 0, scaled % 10 == 0 { (scaled, digits) = (scaled / 10, digits - 1) }
    return digits
  }

  private static func fixed(_ magnitude: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    guard digits > 0 else { return String(scaled) }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
  }

  private static func scientific(_ magnitude: Double, _ digits: Int) -> String {
    let (mantissa, exponent) = parts(of: magnitude)
    let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return fixed(mantissa, digits) + "e" + (exponent < 0 ? "-" : "+") + power
  }

  /// The mantissa, in [1, 10) after rounding to four decimals, and the power of ten.
  private static func parts(of magnitude: Double) -> (mantissa: Double, exponent: Int) {
    var (mantissa, exponent) = (magnitude, 0)
    while mantissa >= 9.99995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa != 0, mantissa < 0.999995 {
      (mantissa, exponent) = (mantissa * 10, exponent - 1)
    }
    return (mantissa, exponent)
  }
}

extension String {
  /// The text without leading spaces.
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
