import GannetData

/// A PNG file of the chunks with corrected checksums.
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

/// A PNG file, not compressed.
///
/// - Parameters:
///   - colours: The type of its colours: 0 grey, 2 red, green and blue, 3 a palette, 4 grey and alpha,
///     6 colours and alpha.
///   - chunks: Those before the pixels.
///   - rows: The samples as the file packs them.
func png(
  width: Int, depth: UInt8, colours: UInt8, _ chunks: [(String, [UInt8])] = [],
  rows: [[UInt8]]
) -> [UInt8] {
  func number(_ value: Int) -> [UInt8] {
    (0..<4).map { place -> UInt8 in UInt8(value >> (24 - 8 * place) & 255) }
  }
  var data: [UInt8] = []
  for row in rows { data += [0 as UInt8] + row }
  var (a, b) = (1, 0)
  for byte in data {
    a = (a + Int(byte)) % 65_521
    b = (b + a) % 65_521
  }
  let (low, high) = (UInt8(data.count & 255), UInt8(data.count >> 8))
  let start: [UInt8] = [0x78, 1, 1, low, high, ~low, ~high]
  let header: [UInt8] = number(width) + number(rows.count) + [depth, colours, 0, 0, 0]
  let stored: [UInt8] = start + data + number(b << 16 | a)
  let all: [(String, [UInt8])] =
    [("IHDR", header)] + chunks + [("IDAT", stored), ("IEND", [])]
  var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  for (type, content) in all {
    file += number(content.count)
    file += Array(type.utf8)
    file += content
    file += [0, 0, 0, 0]
  }
  return sealedPNG(file)
}
