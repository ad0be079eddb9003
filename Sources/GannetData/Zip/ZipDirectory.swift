/// The directory at the end of a zip archive.
///
/// The layout is that of PKWARE's APPNOTE, sections 4.3.12 to 4.3.16 and 4.5.3.
struct ZipDirectory {
  private(set) var entries: [ZipArchive.Entry] = []

  private let file: InputFile

  init(_ file: InputFile) throws {
    self.file = file
    let (range, count) = try locate()
    let directory = try file.bytes(in: range)
    var rest = directory[...]
    while !rest.isEmpty {
      entries.append(try parseEntry(&rest))
    }
    if let name = entries.lazy.map(\.name).firstRepeated {
      throw fault("the zip directory names \(name) twice")
    }
    guard entries.count == count else {
      throw fault("the zip directory has \(entries.count) entries, where \(count) were declared")
    }
    try checkOverlap(before: range.lowerBound)
  }

  /// The directory's byte range and the number of its entries, from the record at the file's end.
  private func locate() throws -> (Range<Int>, count: Int) {
    let recordSize = 22
    // A comment may follow the record, whose length the record holds.
    let tailStart = max(0, file.size - recordSize - Int(UInt16.max))
    let tail = LittleEndianBytes(try file.bytes(in: tailStart..<file.size))
    let lastStart = tail.bytes.count - recordSize
    guard
      let record = stride(from: lastStart, through: 0, by: -1).first(where: {
        tail.uint32($0) == 0x0605_4b50 && Int(tail.uint16($0 + 20)) == lastStart - $0
      })
    else {
      throw try notAnArchive
    }
    guard tail.uint16(record + 4) == 0 || tail.uint16(record + 4) == .max else {
      throw FileError(.unsupported, path: file.path, "the zip archive has several parts")
    }
    var count = UInt64(tail.uint16(record + 10))
    var size = UInt64(tail.uint32(record + 12))
    var start = UInt64(tail.uint32(record + 16))
    if count == UInt16.max || size == UInt32.max || start == UInt32.max {
      (count, size, start) = try locateZip64(before: tailStart + record)
    }
    guard start <= file.size, size <= UInt64(file.size) - start, count <= size else {
      throw fault("the zip directory lies beyond the file's end")
    }
    return (Int(start)..<Int(start + size), Int(count))
  }

  private func locateZip64(before end: Int) throws -> (UInt64, UInt64, UInt64) {
    let (locatorSize, recordSize) = (20, 56)
    guard end >= locatorSize + recordSize else { throw fault("the Zip64 record is missing") }
    let locator = LittleEndianBytes(try file.bytes(in: end - locatorSize..<end))
    let offset = locator.uint64(8)
    guard locator.uint32(0) == 0x0706_4b50, offset <= end - locatorSize - recordSize else {
      throw fault("the Zip64 record is missing")
    }
    let record = LittleEndianBytes(try file.bytes(in: Int(offset)..<Int(offset) + recordSize))
    guard record.uint32(0) == 0x0606_4b50 else { throw fault("the Zip64 record is missing") }
    return (record.uint64(32), record.uint64(40), record.uint64(48))
  }

  private func parseEntry(_ rest: inout ArraySlice<UInt8>) throws -> ZipArchive.Entry {
    let headerSize = 46
    let header = LittleEndianBytes(Array(rest.prefix(headerSize)))
    guard header.bytes.count == headerSize, header.uint32(0) == 0x0201_4b50 else {
      throw fault("the zip directory is damaged")
    }
    let lengths = [28, 30, 32].map { Int(header.uint16($0)) }
    let variable = rest.dropFirst(headerSize).prefix(lengths.reduce(0, +))
    guard variable.count == lengths.reduce(0, +) else {
      throw fault("the zip directory is damaged")
    }
    rest = rest.dropFirst(headerSize + variable.count)

    let name = String(decoding: variable.prefix(lengths[0]), as: UTF8.self)
    var wide = Zip64Fields(Array(variable.dropFirst(lengths[0]).prefix(lengths[1])))
    guard let size = wide.value(header.uint32(24)),
      let compressedSize = wide.value(header.uint32(20)),
      let offset = wide.value(header.uint32(42))
    else { throw fault("the sizes of \(name) are impossible") }
    return ZipArchive.Entry(
      name: name, size: size, isEncrypted: header.uint16(8) & 1 != 0, method: header.uint16(10),
      checksum: header.uint32(16),
      compressedSize: compressedSize, nameSize: lengths[0], offset: offset)
  }

  /// Rejects entries that overlap, by which a small archive could expand without bound (a zip
  /// bomb).
  private func checkOverlap(before end: Int) throws {
    let ordered = entries.sorted { $0.offset < $1.offset }
    for (index, entry) in ordered.enumerated() {
      let limit = index + 1 < ordered.count ? ordered[index + 1].offset : end
      guard entry.offset < limit, entry.compressedSize <= limit - entry.offset else {
        throw fault("\(entry.name) overlaps what follows it")
      }
    }
  }

  private var notAnArchive: FileError {
    get throws {
      let start = try file.start
      guard start.starts(with: [0x50, 0x4b, 3, 4]) else {
        return FileSignature(start)?.error(
          file.path, expected: "a zip archive (as .npz and .pt are)")
          ?? FileError(.unsupported, path: file.path, "this is not a zip archive")
      }
      return FileError(
        .truncated, path: file.path,
        "the zip archive has no directory: its end is missing or damaged")
    }
  }

  private func fault(_ problem: String) -> FileError {
    FileError(.corrupt, path: file.path, problem)
  }
}

/// The Zip64 field of an entry: 64-bit values in place of those that do not fit into 32 bits, in
/// order.
private struct Zip64Fields {
  private let fields: LittleEndianBytes
  private var offset: Int?
  private var end = 0

  /// Finds the Zip64 field (number 1) among an entry's extra fields.
  init(_ extra: [UInt8]) {
    fields = LittleEndianBytes(extra)
    var start = 0
    while start + 4 <= extra.count {
      let next = start + 4 + Int(fields.uint16(start + 2))
      if fields.uint16(start) == 1 && next <= extra.count {
        (offset, end) = (start + 4, next)
        return
      }
      start = next
    }
  }

  /// `value` or the next 64-bit value in its place; nil where that is missing or not a valid size.
  mutating func value(_ value: UInt32) -> Int? {
    guard value == .max else { return Int(value) }
    guard let offset, offset + 8 <= end else { return nil }
    self.offset = offset + 8
    return Int(exactly: fields.uint64(offset))
  }
}
