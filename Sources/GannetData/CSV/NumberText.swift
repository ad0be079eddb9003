import Foundation

/// A number as a table's text has it: decimal, as `pandas.read_csv` understands it.
///
/// A sign, digits with a point among, before or behind them, and an exponent; `inf` and `infinity`
/// in letters of either size. What Swift's `Float` reads beyond that, such as hexadecimal, is no
/// number.
struct NumberText {
  enum Form {
    /// Digits, or digits and zeros behind a point.
    case whole
    case fraction
    case infinity
    /// `nan`: what a table has where a number is missing.
    case notANumber
  }

  let text: String
  let form: Form

  /// The text as a number; nil where it is none.
  init?(_ text: String) {
    guard let form = Self.form(Array(text.utf8)) else { return nil }
    self.text = text
    self.form = form
  }

  /// The value in double precision, for an order.
  var double: Double { Double(text) ?? .nan }

  /// The nearest float; nil where that is infinite and the number isn't.
  var float: Float? {
    guard let value = Float(text), value.isFinite || form == .infinity else { return nil }
    return value
  }

  /// Whether `value` is this number, if it is a whole one; others are rounded to floats in any
  /// case.
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
