#if Images
import Foundation
import GannetData
import GannetImages
import GannetTensor
import TestSupport
import Testing

/// Pictures made by Pillow 12, beside the pixels that Pillow reads from them.
struct RasterImageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ base64: String) throws -> RasterImage {
    let bytes = try #require(Data(base64Encoded: base64))
    return try RasterImage(contentsOf: folder.write(Array(bytes), "picture"))
  }

  /// Red 50 x, green 60 y, blue 13 x y, modulo 256.
  private var gradient: [UInt8] {
    var bytes: [UInt8] = []
    for y in 0..<4 {
      for x in 0..<5 { bytes += [x * 50, y * 60, x * y * 13].map { UInt8($0 % 256) } }
    }
    return bytes
  }

  private let rgb = """
    iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAIUlEQVR4nGNkYGAwQkIsDDYMDAy8cATnS0EQMl+dgUEdAFN3Ao\
    5U4BC9AAAAAElFTkSuQmCC
    """

  @Test func png() throws {
    let image = try read(rgb)
    #expect((image.height, image.width) == (4, 5))
    #expect(image.pixels == gradient)
  }

  @Test("libpng reads what RasterImage.pngBytes writes")
  func writtenWithoutLibpng() throws {
    let color = RasterImage(height: 4, width: 5, pixels: gradient)
    let file = try folder.write(color.pngBytes, "picture")
    #expect(try RasterImage(contentsOf: file) == color)
    // More bytes than zlib takes at a time.
    let noise = (0..<300 * 301).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 11) }
    let grey = RasterImage(height: 300, width: 301, channels: 1, pixels: noise)
    let image = try RasterImage(contentsOf: folder.write(grey.pngBytes, "picture"))
    #expect(image.planes(channels: 1) == noise)
  }

  @Test func pngPalette() throws {
    let image = try read(
      """
      iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAgMAAAA7XR3TAAAADFBMVEWWlmIZlhBkPBpkAABbJ+ZuAAAAFElEQVR4nGP8f5Ax\
      S4whgoHpBwMAGjgDlTkaAasAAAAASUVORK5CYII=
      """)
    #expect(image.pixels[..<3] == [100, 0, 0])
    #expect(image.pixels[15..<18] == [25, 150, 16])
    #expect(image.pixels[57...] == [150, 150, 98])
  }

  @Test func pngGrey() throws {
    let image = try read(
      """
      iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAAAAABjWKqcAAAAFUlEQVR4nGNkMDIyMmJiYGBgYEAmARB8ANChj4bDAAAAAElFTk\
      SuQmCC
      """)
    let row: [UInt8] = [0, 50, 100, 150, 200]
    let grey = row + row + row + row
    #expect(image.planes(channels: 1) == grey)
    #expect(image.planes() == grey + grey + grey)
  }

  /// The first pixel is transparent.
  @Test func pngAlpha() throws {
    let image = try read(
      """
      iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAYAAABGM/VAAAAAMUlEQVR4nF3IsQkAIBDAwBNsXcAF7L/+/dfSQhGxCCEpEMzYFq\
      jSpHmp0ol++ebAsAD1XASML+yrNAAAAABJRU5ErkJggg==
      """)
    #expect(image.pixels == [255, 255, 255] + gradient[3...])
  }

  @Test func pngOneBit() throws {
    let image = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNYwOAAAAIkAOFz6zvyAAAAAElFTkSuQmCC"
    )
    #expect(image.planes(channels: 1) == [255, 0, 255, 0, 255, 0])
  }

  @Test func pngSixteenBits() throws {
    let image = try read(
      """
      iVBORw0KGgoAAAANSUhEUgAAAAMAAAABEAAAAABuG5crAAAAD0lEQVR4nGNkYPj/v7ERAAiKAwIXCQOuAAAAAElFTkSuQmCC
      """)
    #expect(image.planes(channels: 1) == [0, 255, 128])
  }

  private let jpeg = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLE\
    BYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\
    QUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xAAVAQEBAAA\
    AAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABlTNizqf/xAAWEAADAAAAAAAAAAAAAAAAAAAABAX/2gAIAQEAAQUCVlCk\
    oUlCso//xAAYEQACAwAAAAAAAAAAAAAAAAAABQYhMf/aAAgBAwEBPwGNvss//8QAFxEAAwEAAAAAAAAAAAAAAAAAAAQFY\
    f/aAAgBAgEBPwFyxp//xAAVEAEBAAAAAAAAAAAAAAAAAAAAMf/aAAgBAQAGPwKIiP/EABUQAQEAAAAAAAAAAAAAAAAAAA\
    Ax/9oACAEBAAE/IZsWLN//2gAMAwEAAgADAAAAEAv/xAAVEQEBAAAAAAAAAAAAAAAAAAAAof/aAAgBAwEBPxCe/8QAFRE\
    BAQAAAAAAAAAAAAAAAAAAADH/2gAIAQIBAT8Qsf/EABUQAQEAAAAAAAAAAAAAAAAAAADx/9oACAEBAAE/EJSEhJT/2Q==
    """

  /// Progressive, colours at half the resolution: red 16 x, green 16 y, blue 128.
  @Test func jpegColour() throws {
    let image = try read(jpeg)
    #expect((image.height, image.width) == (16, 16))
    let pixel = (3 * 16 + 9) * 3
    #expect(image.pixels[pixel..<pixel + 3] == [147, 45, 129])
    #expect(image.pixels.reduce(0) { $0 + Int($1) } == 94_204)
  }

  @Test func jpegGrey() throws {
    let image = try read(
      """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQER\
      MUFRUVDA8XGBYUGBIUFRT/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIE\
      AwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISU\
      pTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW\
      19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APlXwp8Kfufuf0r2bwn8Kfufuf0r2Lwn8Kfufuf0r2bwp8Kfufuf0r\
      //2Q==
      """)
    #expect(image.planes(channels: 1)[3 * 16 + 9] == 85)
    #expect(image.pixels[171..<174] == [85, 85, 85])
  }

  @Test func planesAndTensor() throws {
    let image = try read(rgb)
    let row: [UInt8] = [0, 50, 100, 150, 200]
    let red = row + row + row + row
    #expect(image.planes()[..<20] == red[...])
    // Pillow's conversion to grey.
    #expect(
      image.planes(channels: 1) == [
        0, 15, 30, 45, 60, 35, 52, 68, 85, 101, 70, 88, 106, 124, 142, 106, 125, 144, 164, 183,
      ])
    let tensor = image.tensor()
    #expect(tensor.shape == [3, 4, 5])
    #expect(tensor.scalars == image.planes().map { Float($0) / 255 })
    #expect(image.tensor(channels: 1).shape == [1, 4, 5])
  }

  /// Beside Pillow's bilinear filter.
  @Test func resized() throws {
    let image = try read(rgb)
    let smaller = image.resized(height: 2, width: 3)
    #expect((smaller.height, smaller.width) == (2, 3))
    let expected: [UInt8] = [
      21, 43, 4, 100, 43, 19, 179, 43, 33, 21, 137, 13, 100, 137, 59, 179, 137, 106,
    ]
    #expect(smaller.pixels == expected)
    let larger = image.resized(height: 6, width: 7)
    let row: [UInt8] = [
      0, 110, 0, 29, 110, 14, 64, 110, 30, 100, 110, 48, 136, 110, 65, 171, 110, 82, 200, 110, 95,
    ]
    #expect(Array(larger.pixels[63..<84]) == row)
    #expect(image.resized(height: 4, width: 5) == image)
    let plain = RasterImage(height: 3, width: 2, pixels: .init(repeating: 77, count: 18))
    #expect(plain.resized(height: 50, width: 1).pixels == .init(repeating: 77, count: 150))
  }

  @Test func damagedFiles() throws {
    let (png, jpeg) = (Array(Data(base64Encoded: rgb)!), Array(Data(base64Encoded: jpeg)!))
    var flipped = png
    flipped[50] ^= 4
    var enormous = png
    enormous.replaceSubrange(16..<24, with: [0, 1, 0, 0, 0, 1, 0, 0])
    let cases: [([UInt8], FileError.Kind, String)] = [
      ([], .unsupported, "neither a PNG nor a JPEG"), ([1, 2, 3], .unsupported, "neither a PNG"),
      (Array(png.prefix(60)), .corrupt, "libpng: "), (Array(png.prefix(9)), .corrupt, "libpng: "),
      (flipped, .corrupt, "libpng: "), (enormous, .corrupt, "libpng: "),
      (Array(jpeg.prefix(300)), .corrupt, "the picture ends too early (libjpeg-turbo: "),
      (Array(jpeg.prefix(5)), .corrupt, "libjpeg-turbo: "),
    ]
    for (bytes, kind, words) in cases {
      let url = try folder.write(bytes, "damaged")
      expectFileError(kind, url, words) { _ = try RasterImage(contentsOf: url) }
    }
    expectFileError(.missing, folder.file("none")) {
      _ = try RasterImage(contentsOf: folder.file("none"))
    }
  }

  @Test("bytes in memory are read as those of a file, and up to a number of pixels")
  func bytesInMemory() throws {
    for base64 in [rgb, jpeg] {
      let bytes = Array(try #require(Data(base64Encoded: base64)))
      let image = try RasterImage(decoding: bytes)
      #expect(try image == read(base64))
      let count = image.height * image.width
      #expect(try RasterImage(decoding: bytes, pixelLimit: count) == image)
      #expect {
        try RasterImage(decoding: bytes, name: "upload", pixelLimit: count - 1)
      } throws: { error in
        let error = error as? FileError
        return error?.kind == .tooLarge && error?.path == "upload"
          && error?.problem.contains("more than \(count - 1)") == true
      }
      #expect { try RasterImage(decoding: Array(bytes.prefix(bytes.count / 2))) } throws: {
        ($0 as? FileError)?.path == "picture"
      }
    }
    #expect { try RasterImage(decoding: []) } throws: { ($0 as? FileError)?.kind == .unsupported }
  }

  /// A sound header that declares more than the file can hold.
  @Test func declaredSizes() throws {
    let png = Array(Data(base64Encoded: rgb)!)
    for (side, kind, words) in [
      (5_000, FileError.Kind.truncated, "cannot hold a picture of 5000 by 5000"),
      (20_000, .tooLarge, "more than 100000000"),
    ] {
      let size = [UInt8(0), 0, UInt8(side >> 8), UInt8(side & 255)]
      var bytes = png
      bytes.replaceSubrange(16..<24, with: size + size)
      let url = try folder.write(sealedPNG(bytes), "large.png")
      expectFileError(kind, url, words) { _ = try RasterImage(contentsOf: url) }
    }
    var jpeg = Array(Data(base64Encoded: jpeg)!)
    let frame = try #require(jpeg.firstRange(of: [0xff, 0xc2])).lowerBound
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x20, 0, 0x20, 0])
    let url = try folder.write(jpeg, "large.jpeg")
    expectFileError(.truncated, url, "cannot hold a picture of 8192 by 8192") {
      _ = try RasterImage(contentsOf: url)
    }
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RasterImage(height: 2, width: 2, pixels: [1])
      }, "RasterImage: 1 bytes don't make 2 rows of 2 pixels")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RasterImage(height: 1, width: 1, pixels: [1, 2, 3]).planes(channels: 2)
      }, "RasterImage: 2 channels, 1 or 3 are possible")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RasterImage(height: 1, width: 1, pixels: [1, 2, 3]).resized(height: 0, width: 1)
      }, "RasterImage: a picture of 0 rows of 1 pixels is impossible")
  }
}
#endif
