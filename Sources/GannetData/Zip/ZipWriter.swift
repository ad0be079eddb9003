/// Writer of a zip archive, entry by entry.
package struct ZipWriter {
  private let file: OutputFile
  private let path: String
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0

  /// - Parameter path: The archive's path, for error messages.
  package init(_ file: OutputFile, path: String) {
    self.file = file
    self.path = path
  }

  /// Adds an entry; `compressed` deflates its content.
  package mutating func add(
    _ name: String, _ content: UnsafeRawBufferPointer, compressed: Bool
  ) throws {
    if compressed {
      let data = Deflate.compress(content, wrapper: .none)
      try data.withUnsafeBytes { try add(name, content, data: $0, method: 8) }
    } else {
      try add(name, content, data: content, method: 0)
    }
  }

  private mutating func add(
    _ name: String, _ content: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer,
    method: UInt16
  ) throws {
    guard let size = UInt32(exactly: content.count), let dataSize = UInt32(exactly: data.count),
      let start = UInt32(exactly: offset), size < .max, dataSize < .max, start < .max,
      count < UInt16.max - 1, let nameSize = UInt16(exactly: name.utf8.count)
    else { throw tooLarge }

    // Fields that the local header and the directory share, from the required version to the name's
    // length. The flag marks the name as UTF-8; the date is the format's first.
    var common: [UInt8] = []
    for field in [20, 0x0800, method, 0, 0x0021] { common.append(littleEndian: field) }
    common.append(littleEndian: UInt32(crc32(0, content)))
    for field in [dataSize, size] { common.append(littleEndian: field) }
    common.append(littleEndian: nameSize)

    var header: [UInt8] = []
    header.append(littleEndian: 0x0403_4b50 as UInt32)
    header += common
    header.append(littleEndian: 0 as UInt16)
    header += name.utf8
    try file.write(header)
    try file.write(data)

    directory.append(littleEndian: 0x0201_4b50 as UInt32)
    directory.append(littleEndian: 20 as UInt16)
    directory += common
    // No extra field, no comment, first part, no attributes.
    directory += [UInt8](repeating: 0, count: 12)
    directory.append(littleEndian: start)
    directory += name.utf8
    offset += header.count + data.count
    count += 1
  }

  /// Writes the directory, which completes the archive.
  package func finish() throws {
    guard let start = UInt32(exactly: offset), let size = UInt32(exactly: directory.count),
      start < .max, size < .max
    else { throw tooLarge }
    var end = directory
    end.append(littleEndian: 0x0605_4b50 as UInt32)
    for field in [0, 0, UInt16(count), UInt16(count)] { end.append(littleEndian: field) }
    for field in [size, start] { end.append(littleEndian: field) }
    end.append(littleEndian: 0 as UInt16)
    try file.write(end)
  }

  private var tooLarge: FileError {
    FileError(
      .tooLarge, path: path, "the archive would exceed 4 GB or 65,534 entries",
      advice: "Write several archives, or a safetensors file.")
  }
}
