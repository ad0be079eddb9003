import GannetTensor

/// Parsed header of a safetensors file, validated as far as possible without the rest of the file.
struct SafetensorsHeader {
  struct Entry {
    /// The element type's name in the format, which may be an unsupported one.
    let type: String
    let shape: [Int]
    /// The elements' byte range in the file.
    let range: Range<Int>
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [ExactKey<String>: Entry] = [:]

  private let path: String
  private let dataStart: Int
  private var scanner: HeaderScanner

  /// Parses the header's bytes; the tensors' offsets count from byte `dataStart` of the file.
  init(_ bytes: [UInt8], path: String, dataStart: Int) throws {
    self.path = path
    self.dataStart = dataStart
    scanner = HeaderScanner(bytes, path: path)

    var hasMetadata = false
    try scanner.begin("{")
    while let name = try nextKey() {
      if name == "__metadata__" {
        guard !hasMetadata else { throw duplicate(name) }
        hasMetadata = true
        try parseMetadata()
      } else {
        guard try entries.updateValue(parseEntry(name), forKey: ExactKey(name)) == nil else {
          throw duplicate(name)
        }
      }
    }
    try scanner.expectEnd()
  }

  private mutating func nextKey() throws -> String? {
    guard try scanner.next(before: "}") else { return nil }
    let key = try scanner.string()
    try scanner.expect(":")
    return key
  }

  private mutating func parseMetadata() throws {
    // The format's own package writes null for empty metadata.
    if scanner.skip(word: "null") { return }
    var keys: [String] = []
    try scanner.begin("{")
    while let key = try nextKey() {
      keys.append(key)
      metadata[key] = try scanner.string()
    }
    if let key = keys.firstRepeated { throw duplicate(key) }
    guard keys.count == metadata.count else {
      throw FileError(
        .unsupported, path: path,
        "two names of the metadata differ in their Unicode scalars alone, and are one to Swift")
    }
  }

  private mutating func parseEntry(_ name: String) throws -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.begin("{")
    while let key = try nextKey() {
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.sizes("[", "]")
      case "data_offsets" where offsets == nil: offsets = try scanner.sizes("[", "]")
      case "dtype", "shape", "data_offsets": throw fault("the tensor \(name) has a second \(key)")
      // Unknown keys are ignored, as in the format's own package.
      default: try scanner.skipValue()
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw fault("the tensor \(name) lacks its type, its shape or its two offsets")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= Int.max - dataStart,
      Self.fits(type, shape, offsets[1] - offsets[0])
    else {
      throw fault("the tensor \(name) has the shape \(shape), which bytes \(offsets) don't hold")
    }
    return Entry(
      type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  /// Whether the shape needs this many bytes; for an unknown type, whether it is a possible shape.
  private static func fits(_ type: String, _ shape: [Int], _ byteCount: Int) -> Bool {
    guard let type = ScalarType(safetensorsName: type) else {
      return Shape.elementCount(checking: shape) != nil
    }
    return StoredArray(scalarType: type, shape: shape).byteCount == byteCount
  }

  /// Checks that the tensors cover each byte after the header exactly once, to the file's end.
  func checkCoverage(ofBytesUpTo size: Int) throws {
    var end = dataStart
    let ordered = entries.sorted {
      let (a, b) = ($0.value.range, $1.value.range)
      // An empty tensor comes before another that starts at the same offset.
      return (a.lowerBound, a.upperBound) < (b.lowerBound, b.upperBound)
    }
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlaps another tensor" : "follows a gap"
        throw FileError(.corrupt, path: path, "the tensor \(name.value) \(fault)")
      }
      end = entry.range.upperBound
    }
    guard end <= size else {
      throw FileError(
        .truncated, path: path, "the tensors end at byte \(end), the file at \(size)")
    }
    guard end == size else {
      throw FileError(
        .tooLarge, path: path, "\(size - end) bytes follow the last tensor")
    }
  }

  private func duplicate(_ name: String) -> FileError { fault("the header names \(name) twice") }

  private func fault(_ problem: String) -> FileError {
    FileError(.corrupt, path: path, problem)
  }
}

extension ScalarType {
  init?(safetensorsName name: String) {
    switch name {
    case "BOOL": self = .bool
    case "U8": self = .uint8
    case "U16": self = .uint16
    case "U32": self = .uint32
    case "U64": self = .uint64
    case "I8": self = .int8
    case "I16": self = .int16
    case "I32": self = .int32
    case "I64": self = .int64
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F32": self = .float32
    case "F64": self = .float64
    default: return nil
    }
  }
}
