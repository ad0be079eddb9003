import CZlib

/// Compression with zlib.
package enum Deflate {
  /// The header and the checksum around the compressed data.
  package enum Wrapper {
    case gzip
    /// A header of two bytes and an Adler-32, as in PNG files.
    case zlib
    case none

    fileprivate var windowBits: Int32 {
      switch self {
      case .gzip: 16 + MAX_WBITS
      case .zlib: MAX_WBITS
      case .none: -MAX_WBITS
      }
    }
  }

  /// Compresses `bytes`.
  package static func compress(
    _ bytes: UnsafeRawBufferPointer, wrapper: Wrapper
  ) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let status = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, wrapper.windowBits, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
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
