import Foundation

/// Paths as bytes, as in the system, where they need not be UTF-8.
///
/// `URL.path` is empty for other paths; the URL itself holds them percent-encoded.
extension URL {
  /// Makes the URL of a path's bytes, which do not end with a zero.
  package init(path: [UInt8], isFolder: Bool = false) {
    if let text = String(validating: path, as: UTF8.self) {
      self.init(fileURLWithPath: text, isDirectory: isFolder)
    } else {
      let digits = Array("0123456789ABCDEF")
      let encoded = path.map { byte -> String in
        let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || byte == 0x2f)
        return isPlain
          ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
      self.init(string: "file://" + encoded.joined())!
    }
  }

  /// The path's bytes with a terminating zero.
  package var systemPath: [CChar] {
    let path = path
    return (path.isEmpty ? decodedPath : Array(path.utf8)).map { CChar(bitPattern: $0) } + [0]
  }

  /// The path as text, with replacement characters for bytes that are not UTF-8.
  package var readablePath: String {
    let path = path
    return path.isEmpty ? String(decoding: decodedPath, as: UTF8.self) : path
  }

  private var decodedPath: [UInt8] {
    var bytes: [UInt8] = []
    var encoded = path(percentEncoded: true).utf8[...]
    while let byte = encoded.popFirst() {
      let code = UInt8(byte == 0x25 ? String(encoded.prefix(2)) ?? "" : "", radix: 16)
      if code != nil { encoded = encoded.dropFirst(2) }
      bytes.append(code ?? byte)
    }
    return bytes
  }
}
