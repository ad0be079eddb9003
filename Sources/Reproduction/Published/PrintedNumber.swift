import Foundation

/// A number as printed in the book, to compare exactly the digits shown.
///
/// `"0.060466"` stands for all numbers that round to it, within half a unit of its last digit.
package struct PrintedNumber: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, Sendable,
  Equatable
{
  /// The text as printed, such as `-1673.365109` or `4.8e-7`.
  package let text: String
  /// The value of the text.
  package let value: Double
  /// The number of digits after the decimal point, before an exponent.
  package let decimals: Int
  private let unit: Double

  /// Reads a decimal number, with or without an exponent; any other text is a programmer's mistake.
  package init(stringLiteral text: String) {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard let value = Double(text), value.isFinite, let mantissa = parts.first else {
      fatalError("PrintedNumber: \"\(text)\" is no decimal number")
    }
    self.text = text
    self.value = value
    decimals = mantissa.split(separator: ".").dropFirst().first?.count ?? 0
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    unit = Double("1e\(exponent - decimals)") ?? 1
  }

  package init(integerLiteral number: Int) { self.init(stringLiteral: "\(number)") }

  /// The interval of numbers that round to the printed digits, ties included.
  package var interval: ClosedRange<Double> {
    let half = unit / 2 * (1 + 1e-9)
    return (value - half)...(value + half)
  }

  /// `other` written like this number: plain with as many decimals, or with an exponent,
  /// and without a sign where only zeros are left.
  package func formatting(_ other: Double) -> String {
    let style = text.lowercased().contains("e") ? "e" : "f"
    let text = String(format: "%.\(decimals)\(style)", other)
    return text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text
  }
}
