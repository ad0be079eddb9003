import GannetData

/// A PNG file of these chunks with their checksums made right.
func sealedPNG(_ bytes: [UInt8]) -> [UInt8] {
  var result = bytes
  var start = 8
  while start + 12 <= bytes.count {
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = start + 8 + length
    guard end + 4 <= bytes.count else { break }
    let checksum = bytes[start + 4..<end].withUnsafeBytes { crc32(0, $0) }
    for index in 0..<4 { result[end + index] = UInt8(checksum >> UInt(24 - 8 * index) & 255) }
    start = end + 4
  }
  return result
}
