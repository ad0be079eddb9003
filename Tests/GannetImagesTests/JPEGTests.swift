#if Images
import Foundation
import GannetData
import GannetImages
import TestSupport
import Testing

/// CMYK JPEG files, and files with decoder warnings, compared to Pillow 13.
struct JPEGTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ base64: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: base64)))
  }

  private func pixels(_ bytes: [UInt8]) throws -> [UInt8] {
    try RasterImage(contentsOf: folder.write(bytes, "picture.jpg")).pixels
  }

  private let cmyk = """
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBg\
    gLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgME\
    BQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJCh\
    YXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqi\
    o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASw\
    AAPwD6U/av/wCCr3+t/wCJr/d/5Yf9cf8Ap1r6U/4LbfFj/j9/e/8APP8Ah/68P9mvdvFn/Bwb1/4qD/yU+n/ThX6k\
    ftB/tB/6z/SPT+D/AK5/9M6//9k=
    """

  private let ycck = """
    /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBg\
    gLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK\
    CgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAg\
    MEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJ\
    ChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZ\
    qio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/EAB8BAAMBAQEB\
    AQEBAQEAAAAAAAABAgMEBQYHCAkKC//EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEHYXETIjKBCBRCka\
    GxwQkjM1LwFWJy0QoWJDThJfEXGBkaJicoKSo1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoKD\
    hIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uLj5OXm5+jp6vLz9PX29/\
    j5+v/aAA4EAQACEQMRBAAAPwCT9s3/AILj/wDH3/xWP97/AJb/AF96OGuJdveD6UX0Xf4/7jv0Pozwz/wTZ6f8U/8A\
    +Q//AK1f/9k=
    """

  @Test func coloursForPrint() throws {
    let first = try pixels(bytes(cmyk))
    #expect(first.prefix(12) == [255, 255, 255, 254, 254, 253, 221, 193, 236, 221, 194, 235])
    #expect(first.suffix(12) == [67, 88, 46, 67, 88, 45, 49, 49, 40, 49, 49, 39])
    #expect(first.reduce(0) { $0 + Int($1) } == 26_572)
    let second = try pixels(bytes(ycck))
    #expect(second.prefix(12) == [0, 0, 0, 14, 0, 2, 29, 0, 3, 44, 0, 5])
    #expect(
      second.suffix(12) == [126, 219, 208, 158, 222, 214, 191, 222, 219, 225, 225, 227])
    #expect(second.reduce(0) { $0 + Int($1) } == 17_045)
  }

  /// Grey, 16 by 8, turned by 90 degrees in its EXIF data.
  private let turned = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAIBAQEBAQ\
    IBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIABAB\
    AREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMU\
    EGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZn\
    aGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+\
    Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APzt03/gm30/4kH/AJCroNN/4Jt9P+JB/wCQq//Z
    """

  @Test func wholeFilesThatWarn() throws {
    let sound = try bytes(turned)
    let expected = try pixels(sound)
    let jfif = try #require(sound.firstRange(of: Array("JFIF".utf8))).upperBound
    var old = sound
    old[jfif + 1] = 3
    let scan = try #require(sound.firstRange(of: [0xff, 0xda])).lowerBound
    let end: [UInt8] = [0xff, 0xd9]
    let files: [[UInt8]] = [
      old, sound + [0, 1, 2], Array(sound.dropLast(2)) + [1, 2, 3] + end,
      Array(old.dropLast(2)) + [1, 2, 3] + end,
      Array(sound[..<scan]) + [0, 0] + Array(sound[scan...]),
      Array(sound.dropLast(2)) + [0xff, 0xff] + end,
    ]
    for file in files {
      #expect(try pixels(file) == expected)
    }
  }

  @Test func filesThatEndTooEarly() throws {
    let sound = try bytes(turned)
    let jfif = try #require(sound.firstRange(of: Array("JFIF".utf8))).upperBound
    var old = sound
    old[jfif + 1] = 3
    let end: [UInt8] = [0xff, 0xd9]
    let files: [[UInt8]] = [
      Array(sound.dropLast(2)), Array(sound.dropLast(30)), Array(old.dropLast(2)),
      Array(old.dropLast(30)),
      Array(sound.dropLast(2)) + [1, 2, 3], Array(sound.dropLast(30)) + end,
    ]
    for file in files {
      let url = try folder.write(file, "damaged.jpg")
      expectFileError(.corrupt, url, "(libjpeg-turbo: ") {
        _ = try RasterImage(contentsOf: url)
      }
    }
  }

  @Test func orientation() throws {
    var file = try bytes(turned)
    let stored = try RasterImage(contentsOf: folder.write(file, "a.jpg"))
    #expect((stored.height, stored.width) == (8, 16))
    func upright() throws -> RasterImage {
      try RasterImage(contentsOf: folder.write(file, "a.jpg"), appliesOrientation: true)
    }
    let image = try upright()
    #expect((image.height, image.width) == (16, 8))
    let grey = image.planes(channels: 1)
    #expect(grey.prefix(8) == [112, 96, 80, 65, 48, 32, 16, 0])
    #expect(grey.suffix(8) == [127, 111, 95, 79, 62, 47, 31, 15])
    // Without a valid value, the picture is unchanged.
    let value =
      try #require(file.firstRange(of: [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6] as [UInt8])).upperBound - 1
    for number: UInt8 in [0, 1, 9, 255] {
      file[value] = number
      #expect(try upright() == stored)
    }
    // By XMP, where EXIF says nothing.
    file[value - 8] = 0x13
    for text in [#"<x tiff:Orientation="6"/>"#, "<tiff:Orientation>6</tiff:Orientation>"] {
      let packet = Array("http://ns.adobe.com/xap/1.0/\0\(text)".utf8)
      let plain = file
      file.insert(contentsOf: [0xff, 0xe1, 0, UInt8(packet.count + 2)] + packet, at: 2)
      #expect(try upright() == image)
      file = plain
    }
    #expect(try upright() == stored)
  }

  /// The eight orientations of the pixels 0, 3, 6 above 9, 12, 15, beside `ImageOps.exif_transpose`.
  @Test func allOrientations() throws {
    let expected: [[UInt8]] = [
      [0, 3, 6, 9, 12, 15], [6, 3, 0, 15, 12, 9], [15, 12, 9, 6, 3, 0], [9, 12, 15, 0, 3, 6],
      [0, 9, 3, 12, 6, 15], [9, 0, 12, 3, 15, 6], [15, 6, 12, 3, 9, 0], [6, 15, 3, 12, 0, 9],
    ]
    let rows: [[UInt8]] = [Array(0..<9), Array(9..<18)]
    for (value, pixels) in zip(UInt8(1)..., expected) {
      for isLittle in [false, true] {
        let header: [UInt8] = isLittle ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]
        let fields: [[UInt8]] = [
          [0, 0, 0, 8], [0, 1], [1, 0x12], [0, 3], [0, 0, 0, 1], [0, value], [0, 0], [0, 0, 0, 0],
        ]
        var exif = header
        for field in fields { exif += isLittle ? field.reversed() : field }
        let file = png(width: 3, depth: 8, colours: 2, [("eXIf", exif)], rows: rows)
        let url = try folder.write(file, "a.png")
        let image = try RasterImage(contentsOf: url, appliesOrientation: true)
        #expect((image.height, image.width) == (value < 5 ? (2, 3) : (3, 2)))
        #expect(image.pixels == pixels.flatMap { [$0, $0 + 1, $0 + 2] })
        #expect(try RasterImage(contentsOf: url).pixels == Array(0..<18))
        // Truncated metadata is no orientation and no error.
        for count in 0..<exif.count - 6 {
          let cut = png(
            width: 3, depth: 8, colours: 2, [("eXIf", Array(exif.prefix(count)))], rows: rows)
          let url = try folder.write(cut, "cut.png")
          let image = try RasterImage(contentsOf: url, appliesOrientation: true)
          #expect(image.pixels == Array(0..<18))
        }
      }
    }
  }
}
#endif
