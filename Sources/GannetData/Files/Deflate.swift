import CZlib

/// Compression with zlib.
package enum Deflate {
  /// Compresses `bytes`, with gzip's wrapper or without one.
  package static func compress(
    _ bytes: UnsafeRawBufferPointer, wrapper: InflateStream.Wrapper
  ) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let windowBits = wrapper == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
    let status = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { fatalError("zlib cannot start to deflate: status \(status)") }
    defer { deflateEnd(stream) }

    var result: [UInt8] = []
    var rest = bytes
    var isFinished = false
    while !isFinished {
      // zlib counts in 32 bits.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(piece.count)
      repeat {
        result += [UInt8](capacity: 1 << 16) { buffer in
          stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
          stream.pointee.avail_out = UInt32(buffer.count)
          isFinished = deflate(stream, rest.isEmpty ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END
          return buffer.count - Int(stream.pointee.avail_out)
        }
      } while stream.pointee.avail_out == 0
    }
    return result
  }
}
