import Foundation
@_exported import GannetData
import GannetTensor

extension RasterImage {
  /// Reads an RGB picture from a PNG or JPEG file, whose format is recognized by its first bytes.
  ///
  /// libpng and libjpeg-turbo decode it. Samples are not converted between colour spaces. Grey
  /// pictures get three equal channels, 16-bit samples keep their high byte, CMYK is converted as
  /// in Pillow, and transparent pixels are composited on white. JPEG files with decoder warnings
  /// are accepted unless they end too early.
  ///
  /// - Parameter appliesOrientation: Whether to apply the orientation in the file's EXIF or XMP
  ///   metadata, which PyTorch's readers ignore; false by default.
  /// - Throws: `FileError`, if the file is missing, damaged, neither PNG nor JPEG, or has more than
  ///   100 million pixels.
  #if !Images
  @available(*, unavailable, message: "reading pictures needs the package's trait Images")
  #endif
  public init(contentsOf url: URL, appliesOrientation: Bool = false) throws {
    self = try Self.read(url, appliesOrientation: appliesOrientation)
  }

  /// Reads an RGB picture from the bytes of a PNG or JPEG file, such as those of an upload, as
  /// ``init(contentsOf:appliesOrientation:)`` does.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: The name of the picture in errors; "picture" by default.
  ///   - appliesOrientation: Whether to apply the orientation in the metadata; false by default.
  ///   - pixelLimit: The largest number of pixels, by default 100 million. A smaller one bounds the
  ///     memory and the time that a stranger's picture can take.
  /// - Throws: `FileError`, if the bytes are damaged, neither PNG nor JPEG, or of more pixels.
  #if !Images
  @available(*, unavailable, message: "reading pictures needs the package's trait Images")
  #endif
  public init(
    decoding bytes: [UInt8], name: String = "picture", appliesOrientation: Bool = false,
    pixelLimit: Int = 100_000_000
  ) throws {
    self = try Self.decode(
      bytes, path: name, appliesOrientation: appliesOrientation, pixelLimit: pixelLimit)
  }

  static func read(_ url: URL, appliesOrientation: Bool) throws -> RasterImage {
    let file = try InputFile(url)
    return try decode(
      file.bytes(), path: file.path, appliesOrientation: appliesOrientation,
      pixelLimit: 100_000_000)
  }

  private static func decode(
    _ bytes: [UInt8], path: String, appliesOrientation: Bool, pixelLimit: Int
  ) throws -> RasterImage {
    #if Images
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      let image = try PNG.decode(bytes, path: path, pixelLimit: pixelLimit)
      return appliesOrientation ? image.upright(from: PNG.orientation(bytes)) : image
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      let image = try JPEG.decode(bytes, path: path, pixelLimit: pixelLimit)
      return appliesOrientation ? image.upright(from: JPEG.orientation(bytes)) : image
    }
    throw FileError(.unsupported, path: path, "this is neither a PNG nor a JPEG file")
    #else
    fail("RasterImage: reading pictures needs the package's trait Images")
    #endif
  }

  /// Checks a declared size before anything of that size is allocated.
  ///
  /// - Parameters:
  ///   - pixelsPerByte: The largest number of pixels that the format can encode in a byte.
  ///   - pixelLimit: The largest number of pixels that the reader accepts.
  static func check(
    height: Int, width: Int, fileSize: Int, pixelsPerByte: Int, pixelLimit: Int, path: String
  ) throws {
    let (count, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, count <= pixelLimit else {
      throw FileError(
        .tooLarge, path: path,
        "the picture has \(width) by \(height) pixels, more than \(pixelLimit)",
        advice: "Make it smaller.")
    }
    guard count / pixelsPerByte <= fileSize else {
      throw FileError(
        .truncated, path: path,
        "\(fileSize) bytes cannot hold a picture of \(width) by \(height) pixels")
    }
  }
}
