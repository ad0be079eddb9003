import CPNG
import GannetData

/// Decoding by libpng's simplified interface, which reports errors by return values: the other one
/// does by longjmp, which Swift code must not be jumped over.
enum PNG {
  static func decode(_ bytes: [UInt8], path: String) throws -> RasterImage {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else {
      throw fault(image, path)
    }
    let (height, width) = (Int(image.height), Int(image.width))
    // Deflate makes at most 1032 bytes of one, each of eight pixels of one bit.
    try RasterImage.check(
      height: height, width: width, fileSize: bytes.count, pixelsPerByte: 8 * 1032, path: path)

    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    // Without this, 16-bit values are taken for linear light.
    image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    var white = png_color(red: 255, green: 255, blue: 255)
    let pixels = try [UInt8](capacity: height * width * 3) { buffer in
      guard png_image_finish_read(&image, &white, buffer.baseAddress, 0, nil) != 0 else {
        throw fault(image, path)
      }
      return buffer.count
    }
    return RasterImage(height: height, width: width, pixels: pixels)
  }

  private static func fault(_ image: png_image, _ path: String) -> FileError {
    let reason = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return FileError(.corrupt, path: path, "the picture is damaged (libpng: \(reason))")
  }
}
