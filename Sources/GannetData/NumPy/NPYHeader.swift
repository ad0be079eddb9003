/// The header of NumPy's .npy format: a magic number, a version, and a Python literal.
struct NPYHeader {
  let array: StoredArray
  /// Whether the first axis varies fastest in the file (Fortran order).
  let isColumnMajor: Bool

  /// Magic bytes at the start of every file of the format.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Parses the header at a stream's start; the elements follow.
  init(_ stream: any ByteStream, name: String) throws {
    let start = try stream.prefix(8)
    guard start.starts(with: Self.magic.prefix(start.count)), !start.isEmpty else {
      throw FileSignature(start + (try stream.prefix(FileSignature.length - start.count)))?
        .error(stream.path, expected: "\(name) in NumPy's format (.npy)")
        ?? FileError(.unsupported, path: stream.path, "\(name) is not in NumPy's format")
    }
    guard start.count == 8 else {
      throw FileError(
        .truncated, path: stream.path,
        "\(name) ends within its header, after \(start.count) bytes")
    }
    guard (1...3).contains(start[6]) else {
      throw FileError(
        .unsupported, path: stream.path,
        "\(name) has version \(start[6]) of NumPy's format, where 1 to 3 are known")
    }
    let lengthBytes = try stream.bytes(start[6] == 1 ? 2 : 4, of: "header length")
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try stream.bytes(length, of: "header")

    var scanner = HeaderScanner(header, path: stream.path)
    var type: (ScalarType, isBigEndian: Bool)?
    var order: Bool?
    var shape: [Int]?
    try scanner.begin("{")
    while try scanner.next(before: "}", allowsFinalComma: true) {
      let key = try scanner.pythonString()
      try scanner.expect(":")
      switch key {
      case "descr" where type == nil: type = try Self.parseType(&scanner, stream.path, name)
      case "fortran_order" where order == nil: order = try Self.parseTruth(&scanner)
      case "shape" where shape == nil:
        shape = try scanner.sizes("(", ")", isPython: true)
      default:
        throw FileError(
          .corrupt, path: stream.path, "\(name)'s header has an unexpected or second \(key)")
      }
    }
    try scanner.expectEnd()
    guard let (scalarType, isBigEndian) = type, let order, let shape else {
      throw FileError(
        .corrupt, path: stream.path, "\(name)'s header lacks its type, its order or its shape")
    }
    array = StoredArray(scalarType: scalarType, isBigEndian: isBigEndian, shape: shape)
    isColumnMajor = order
    guard let byteCount = array.byteCount else {
      throw FileError(.corrupt, path: stream.path, "\(name) has the impossible shape \(shape)")
    }
    guard byteCount <= stream.maximumSize else {
      throw FileError(
        .truncated, path: stream.path,
        "\(name) of shape \(shape) needs \(byteCount) bytes, more than there are")
    }
  }

  private static func parseTruth(_ scanner: inout HeaderScanner) throws -> Bool {
    switch scanner.word() {
    case "True": return true
    case "False": return false
    default: throw scanner.error("True or False")
    }
  }

  private static func parseType(
    _ scanner: inout HeaderScanner, _ path: String, _ name: String
  ) throws -> (ScalarType, isBigEndian: Bool) {
    func unsupported(_ text: String) -> FileError {
      FileError(.unsupported, path: path, "\(name) has the element type \(text)")
    }
    if scanner.skip("[") { throw unsupported("of a record") }
    let text = try scanner.pythonString()
    let order = text.utf8.first.map(Unicode.Scalar.init) ?? " "
    let name = "<>|=".unicodeScalars.contains(order) ? text.dropFirst() : text[...]
    guard let type = ScalarType(numPyName: name) else { throw unsupported(text) }
    return (type, order == ">")
  }

  /// A header's bytes, padded so that the elements begin at a multiple of 64 bytes.
  static func bytes(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let prefixSize = 10
    text += String(repeating: " ", count: 63 - (prefixSize + text.utf8.count) % 64) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(littleEndian: UInt16(text.utf8.count))
    return bytes + text.utf8
  }
}

extension ScalarType {
  /// The type of a `dtype` name without byte order, as NumPy reads it; a C long has 64 bits.
  fileprivate init?(numPyName name: Substring) {
    switch name {
    case "b1", "bool", "?": self = .bool
    case "u1", "uint8", "B": self = .uint8
    case "u2", "uint16", "H": self = .uint16
    case "u4", "uint32", "I": self = .uint32
    case "u8", "uint64", "Q", "L": self = .uint64
    case "i1", "int8", "b": self = .int8
    case "i2", "int16", "h": self = .int16
    case "i4", "int32", "i": self = .int32
    case "i8", "int64", "q", "l": self = .int64
    case "f2", "float16", "e": self = .float16
    case "f4", "float32", "f": self = .float32
    case "f8", "float64", "d": self = .float64
    default: return nil
    }
  }
}
