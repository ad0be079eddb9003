import CZlib
import GannetTensor

extension RasterImage {
  /// The picture as the bytes of a PNG file, without libpng; for one of 1, 3 or 4 channels (the
  /// fourth is opacity).
  package var pngBytes: [UInt8] {
    guard let kind = [1: UInt8(0), 3: 2, 4: 6][channels] else {
      fail("RasterImage.pngBytes: \(channels) channels, expected 1, 3 or 4")
    }
    var header: [UInt8] = []
    header.append(bigEndian: UInt32(width))
    header.append(bigEndian: UInt32(height))
    // 8 bits, the kind of pixels; deflate, filters by row, rows in order.
    header += [8, kind, 0, 0, 0]

    let rowSize = width * channels
    var rows: [UInt8] = []
    rows.reserveCapacity((rowSize + 1) * height)
    for row in 0..<height {
      rows.append(0)  // no filter
      rows += pixels[row * rowSize..<(row + 1) * rowSize]
    }
    let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    return signature + Self.chunk("IHDR", header)
      + Self.chunk("IDAT", rows.withUnsafeBytes { Deflate.compress($0, wrapper: .zlib) })
      + Self.chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    var bytes: [UInt8] = []
    bytes.append(bigEndian: UInt32(content.count))
    bytes += named
    bytes.append(bigEndian: UInt32(crc32(0, named, UInt32(named.count))))
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: UInt32) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
