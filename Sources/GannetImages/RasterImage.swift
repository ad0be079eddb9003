import Foundation
import GannetData
import GannetTensor

/// An RGB picture of bytes, read from a PNG or JPEG file.
///
/// libpng and libjpeg-turbo decode it. Samples are not converted between colour spaces. Grey
/// pictures get three equal channels, 16-bit samples keep their high byte, CMYK is converted as in
/// Pillow, and transparent pixels are composited on white.
public struct RasterImage: Hashable, Sendable {
  public let height: Int
  public let width: Int

  /// The pixels, `[H, W, 3]`.
  public let pixels: [UInt8]

  /// Makes a picture of pixels `[H, W, 3]`.
  public init(height: Int, width: Int, pixels: [UInt8]) {
    guard height > 0, width > 0, pixels.count == height * width * 3 else {
      fail("RasterImage: \(pixels.count) bytes don't make \(height) rows of \(width) pixels")
    }
    self.height = height
    self.width = width
    self.pixels = pixels
  }

  /// Reads a file, whose format is recognized by its first bytes.
  ///
  /// JPEG files with decoder warnings are accepted unless they end too early.
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

  static func read(_ url: URL, appliesOrientation: Bool) throws -> RasterImage {
    #if Images
    let file = try InputFile(url)
    let bytes = try file.bytes()
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      let image = try PNG.decode(bytes, path: file.path)
      return appliesOrientation ? image.upright(from: PNG.orientation(bytes)) : image
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      let image = try JPEG.decode(bytes, path: file.path)
      return appliesOrientation ? image.upright(from: JPEG.orientation(bytes)) : image
    }
    throw FileError(.unsupported, path: file.path, "this is neither a PNG nor a JPEG file")
    #else
    fail("RasterImage: reading pictures needs the package's trait Images")
    #endif
  }

  /// The picture as a tensor of floats from 0 to 1, `[C, H, W]`.
  ///
  /// - Parameter channels: 3 for RGB, the default, or 1 for grey.
  public func tensor(channels: Int = 3) -> Tensor {
    Tensor(planes(channels: channels).map { Float($0) / 255 }, shape: [channels, height, width])
  }

  /// The bytes in planes, `[C, H, W]`.
  ///
  /// - Parameter channels: 3 for RGB, the default, or 1 for grey by the weights of ITU-R BT.601, as
  ///   in JPEG.
  public func planes(channels: Int = 3) -> [UInt8] {
    let count = height * width
    switch channels {
    case 3:
      return (0..<3).flatMap { channel in
        (0..<count).lazy.map { pixels[$0 * 3 + channel] }
      }
    case 1:
      // The weights' sum is 2^16, so that grey is unchanged.
      return (0..<count).map { index in
        let (red, green, blue) = (
          Int(pixels[index * 3]), Int(pixels[index * 3 + 1]), Int(pixels[index * 3 + 2])
        )
        return UInt8((19_595 * red + 38_470 * green + 7_471 * blue + 1 << 15) >> 16)
      }
    default:
      fail("RasterImage: \(channels) channels, 1 or 3 are possible")
    }
  }

  /// The limit of the declared number of pixels.
  static let maximumPixelCount = 100_000_000

  /// Checks a declared size before anything of that size is allocated.
  ///
  /// - Parameter pixelsPerByte: The largest number of pixels that the format can encode in a byte.
  static func check(
    height: Int, width: Int, fileSize: Int, pixelsPerByte: Int, path: String
  ) throws {
    let (count, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, count <= maximumPixelCount else {
      throw FileError(
        .tooLarge, path: path,
        "the picture has \(width) by \(height) pixels, more than \(maximumPixelCount)",
        advice: "Make it smaller.")
    }
    guard count / pixelsPerByte <= fileSize else {
      throw FileError(
        .truncated, path: path,
        "\(fileSize) bytes cannot hold a picture of \(width) by \(height) pixels")
    }
  }
}
