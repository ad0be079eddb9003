import CZlib

/// A range of a file, decompressed by zlib as it is read.
package final class InflateStream: ByteStream {
  package enum Wrapper {
    /// gzip members, one after the other: header, data, CRC-32 and length, all verified.
    case gzip
    /// Bare deflate data, as in zip archives.
    case none
  }

  private let file: InputFile
  private var range: Range<Int>
  private let wrapper: Wrapper
  private var isAtEnd = false
  private var isFirstMember = true
  private var hasPadding = false

  // zlib keeps the address of its stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer

  /// Deflate's largest ratio: 258 bytes take at least 2 bits, for a length and a distance.
  private static let largestRatio = 1032

  package let maximumSize: Int

  package init(_ file: InputFile, range: Range<Int>, wrapper: Wrapper) {
    self.file = file
    self.range = range
    self.wrapper = wrapper
    let (product, overflow) = range.count.multipliedReportingOverflow(by: Self.largestRatio)
    maximumSize = overflow ? .max : product
    input = .allocate(byteCount: 1 << 16, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits = wrapper == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
    let status = inflateInit2_(
      stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { fatalError("zlib cannot start to inflate: status \(status)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  package var path: String { file.path }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var done = 0
    while done < buffer.count && !isAtEnd {
      // zlib counts in 32 bits.
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: buffer[done..<min(buffer.count, done + (1 << 30))])
      done += try inflate(into: piece)
    }
    return done
  }

  /// Calls zlib once and returns the number of bytes that it produced, possibly 0.
  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if stream.pointee.avail_in == 0 { try refill() }
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(buffer.count)
    switch CZlib.inflate(stream, Z_NO_FLUSH) {
    case Z_OK: break
    case Z_STREAM_END: try finishMember()
    default: throw corruption
    }
    return buffer.count - Int(stream.pointee.avail_out)
  }

  private func refill() throws {
    guard !range.isEmpty else {
      throw FileError(.truncated, path: path, "the compressed data ends too early")
    }
    let count = min(input.count, range.count)
    try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: input[..<count]), at: range.lowerBound)
    range = range.lowerBound + count..<range.upperBound
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(count)
  }

  private func finishMember() throws {
    if wrapper == .gzip { try skipPadding() }
    if stream.pointee.avail_in == 0 && range.isEmpty {
      isAtEnd = true
      return
    }
    guard wrapper == .gzip else {
      throw FileError(.corrupt, path: path, "the compressed data ends before its declared size")
    }
    guard !hasPadding else { throw garbage }
    inflateReset(stream)
    isFirstMember = false
  }

  /// Skips zeros up to the file's end, as gzip(1) does; any other byte after them is an error.
  private func skipPadding() throws {
    while true {
      if stream.pointee.avail_in == 0 {
        guard !range.isEmpty else { return }
        try refill()
      }
      guard stream.pointee.next_in.pointee == 0 else { return }
      hasPadding = true
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
  }

  private var corruption: FileError {
    if !isFirstMember && stream.pointee.total_out == 0 { return garbage }
    let reason = stream.pointee.msg.map { String(cString: $0) } ?? "no reason given"
    return FileError(.corrupt, path: path, "the compressed data is damaged (zlib: \(reason))")
  }

  private var garbage: FileError {
    FileError(.corrupt, path: path, "bytes that are not gzip follow the compressed data")
  }
}
