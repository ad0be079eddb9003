#if Images
import GannetImages
import TestSupport
import Testing

/// PNG files beside the pixels that Pillow 13 reads from them, by `convert("RGB")`, or pasted on white
/// where there is transparency.
struct StoredColoursTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pixels(_ bytes: [UInt8]) throws -> [UInt8] {
    try RasterImage(contentsOf: folder.write(bytes, "picture.png")).pixels
  }

  private static let palette: (String, [UInt8]) = ("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90])

  /// Each kind of pixels, with the expected result.
  private static let sorts: [(UInt8, UInt8, [(String, [UInt8])], [UInt8], [UInt8])] = [
    (8, 0, [], [5, 100, 200], [5, 5, 5, 100, 100, 100, 200, 200, 200]),
    (8, 0, [("tRNS", [0, 5])], [5, 6, 7], [255, 255, 255, 6, 6, 6, 7, 7, 7]),
    (2, 0, [], [0b0001_1000], [0, 0, 0, 85, 85, 85, 170, 170, 170]),
    (
      8, 2, [], [10, 20, 30, 100, 200, 250, 1, 2, 3], [10, 20, 30, 100, 200, 250, 1, 2, 3]
    ),
    (8, 3, [palette], [0, 1, 2], palette.1),
    (
      8, 3, [palette, ("tRNS", [0, 128])], [0, 1, 2], [255, 255, 255, 147, 152, 157, 70, 80, 90]
    ),
    (8, 3, [palette], [0, 1, 200], [10, 20, 30, 40, 50, 60, 0, 0, 0]),
    (8, 4, [], [100, 0, 200, 128, 7, 255], [255, 255, 255, 227, 227, 227, 7, 7, 7]),
    (
      8, 6, [], [100, 50, 20, 1, 200, 100, 10, 128, 3, 4, 5, 254],
      [254, 254, 254, 227, 177, 132, 4, 5, 6]
    ),
    (
      16, 2, [],
      [0, 0, 0x80, 0xff, 0, 0xff, 0xff, 0xff, 0x12, 0x80, 0x7f, 0x80, 0, 0, 1, 2, 0xfe, 0xff],
      [0, 128, 0, 255, 18, 127, 0, 1, 254]
    ),
    // Pillow cuts grey of 16 bits off at 255; these are its high bytes, as those of colours.
    (16, 0, [], [0x80, 0xff, 0, 0xff, 0xff, 0xff], [128, 128, 128, 0, 0, 0, 255, 255, 255]),
  ]

  private static func number(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) }
  }

  /// Colour space chunks do not change pixels.
  @Test(arguments: 0..<sorts.count)
  func asStored(sort: Int) throws {
    let (depth, colours, chunks, row, expected) = Self.sorts[sort]
    let chromaticities = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]
    for space: [(String, [UInt8])] in [
      [], [("gAMA", Self.number(100_000))], [("gAMA", Self.number(45_455))],
      [("gAMA", Self.number(10_000))], [("sRGB", [0])],
      [("gAMA", Self.number(22_000)), ("cHRM", chromaticities.flatMap(Self.number))],
      [("cICP", [9, 16, 0, 1])], [("bKGD", [0, 0, 0, 0, 0, 0]), ("gAMA", Self.number(60_000))],
    ] {
      let file = png(width: 3, depth: depth, colours: colours, space + chunks, rows: [row, row])
      #expect(try pixels(file) == expected + expected, "\(space)")
    }
  }

  @Test func transparencyOfSixteenBits() throws {
    let row: [UInt8] = [
      0x80, 0xff, 0x12, 0x34, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0x80, 0, 0x7f, 0xff, 0x80, 0,
    ]
    let read = try pixels(png(width: 2, depth: 16, colours: 6, rows: [row]))
    for (found, expected) in zip(read, [128, 18, 255, 127, 191, 191]) {
      #expect(abs(Int(found) - expected) <= 1)
    }
  }
}
#endif
