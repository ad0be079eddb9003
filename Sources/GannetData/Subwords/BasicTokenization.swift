import Foundation

/// BERT's basic tokenization: words and single punctuation marks, without control characters, by
/// default in lower case and without accents.
///
/// It is that of the package tokenizers, except for characters that are newer than its tables of
/// Unicode 8.
struct BasicTokenization: Sendable {
  let lowercases: Bool

  /// Calls `body` with each word, in UTF-8, and its number of Unicode scalars.
  func forEachWord(of text: String, _ body: ([UInt8], Int) -> Void) {
    var word = Word()
    // Decomposed, an accent is a scalar of its own, which is left out. Below U+00C0 nothing is.
    let isDecomposed =
      lowercases && text.unicodeScalars.contains { $0.value >= 0xc0 }
    let source = isDecomposed ? text.decomposedStringWithCanonicalMapping : text
    for scalar in source.unicodeScalars {
      switch Role(of: scalar) {
      case .nothing: continue
      case .space: word.end(body)
      case .accent where lowercases: continue
      case .mark:
        word.end(body)
        word.append(scalar)
        word.end(body)
      case .accent, .letter:
        guard lowercases else {
          word.append(scalar)
          continue
        }
        if scalar.isASCII {
          let isCapital = scalar.value >= 0x41 && scalar.value <= 0x5a
          word.append(isCapital ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar)
        } else {
          for lower in scalar.properties.lowercaseMapping.unicodeScalars { word.append(lower) }
        }
      }
    }
    word.end(body)
  }

  private struct Word {
    private var bytes: [UInt8] = []
    private var count = 0

    mutating func append(_ scalar: Unicode.Scalar) {
      if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
      count += 1
    }

    mutating func end(_ body: ([UInt8], Int) -> Void) {
      guard count > 0 else { return }
      body(bytes, count)
      bytes.removeAll(keepingCapacity: true)
      count = 0
    }
  }

  /// A scalar's role in a text.
  private enum Role {
    /// Control characters and the replacement character, which are left out.
    case nothing
    case space
    /// A word of its own: punctuation, also ASCII's symbols, and Chinese characters.
    case mark
    case accent
    case letter

    init(of scalar: Unicode.Scalar) {
      let value = scalar.value
      if value < 0x80 {
        self = Self.ascii(UInt8(value))
        return
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .privateUse: self = .nothing
      case .spaceSeparator, .lineSeparator, .paragraphSeparator: self = .space
      case .nonspacingMark: self = .accent
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        self = .mark
      case _ where value == 0xfffd: self = .nothing
      case _: self = Self.isChinese(value) ? .mark : .letter
      }
    }

    private static func ascii(_ byte: UInt8) -> Role {
      switch byte {
      case 0x09, 0x0a, 0x0d, 0x20: .space
      case ..<0x20, 0x7f: .nothing
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: .letter
      default: .mark
      }
    }

    /// The blocks of Chinese characters in BERT, in the package tokenizers from U+2B920 instead of
    /// U+2B820 on.
    private static func isChinese(_ value: UInt32) -> Bool {
      switch value {
      case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x2a6df, 0x2a700...0x2b73f,
        0x2b740...0x2b81f, 0x2b920...0x2ceaf, 0x2f800...0x2fa1f:
        true
      default: false
      }
    }
  }
}
