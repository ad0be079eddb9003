/// The printable characters that stand for bytes in the vocabularies of GPT-2.
///
/// Bytes that are printable in Latin 1 are themselves, the others U+0100 and up, in order: a space is
/// Ġ.
enum ByteAlphabet {
  /// The characters by their bytes.
  static let characters: [Unicode.Scalar] = {
    var other: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Unicode.Scalar(UInt8(byte))
      default:
        defer { other += 1 }
        return Unicode.Scalar(other)!
      }
    }
  }()

  private static let bytes = Dictionary(
    uniqueKeysWithValues: zip(characters, UInt8.min...UInt8.max))

  /// The bytes of a token; nil where a character stands for none.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
