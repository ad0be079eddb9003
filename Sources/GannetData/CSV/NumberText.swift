import Foundation

/// A decimal number in a table's text, as `pandas.read_csv` understands it.
///
/// A sign, digits with a decimal point anywhere, and an exponent; `inf` and `infinity` in either
/// case. Other forms that Swift's `Float` reads, such as hexadecimal, are not numbers.
struct NumberText {
  enum Form {
    /// Digits, or digits and zeros behind a point.
    case whole
    case fraction
    case infinity
    /// `nan`, which marks a missing number.
    case notANumber
  }

  let text: String
  let form: Form

  /// Parses a text; nil where it is not a number.
  init?(_ text: String) {
    guard let form = Self.form(Array(text.utf8)) else { return nil }
    self.text = text
    self.form = form
  }

  /// The value in double precision, for sorting.
  var double: Double { Double(text) ?? .nan }

  /// The nearest float; nil where a finite number overflows to infinity.
  var float: Float? {
    guard let value = Float(text), value.isFinite || form == .infinity else { return nil }
    return value
  }

  /// Whether `value` equals this number exactly; always true for fractions, which may be rounded.
  func isKept(by value: Float) -> Bool {
    guard form == .whole, abs(value) >= 0x1p24 else { return true }
    let digits = text.utf8.drop { !(0x31...0x39).contains($0) }.prefix { $0 != UInt8(ascii: ".") }
    return digits.elementsEqual(String(format: "%.0f", Double(abs(value))).utf8)
  }

  private static func form(_ text: [UInt8]) -> Form? {
    var rest = text[...]
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func skipSign() {
      if let first = rest.first, first == 0x2b || first == 0x2d { rest.removeFirst() }
    }
    skipSign()
    guard let first = rest.first else { return nil }
    if !isDigit(first) && first != UInt8(ascii: ".") {
      switch String(decoding: rest.map { $0 | 0x20 }, as: UTF8.self) {
      case "inf", "infinity": return .infinity
      case "nan": return .notANumber
      default: return nil
      }
    }
    let digits = rest.prefix(while: isDigit)
    rest = rest.dropFirst(digits.count)
    var decimals = rest.prefix(0)
    if rest.first == UInt8(ascii: ".") {
      decimals = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + decimals.count)
    }
    guard !digits.isEmpty || !decimals.isEmpty else { return nil }
    if rest.isEmpty { return decimals.allSatisfy { $0 == 0x30 } ? .whole : .fraction }
    guard rest.removeFirst() | 0x20 == UInt8(ascii: "e") else { return nil }
    skipSign()
    return !rest.isEmpty && rest.allSatisfy(isDigit) ? .fraction : nil
  }
}
