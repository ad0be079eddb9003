import CGannetKernels
import GannetTensor

/// A picture of bytes, grey or RGB.
///
/// `GannetImages` reads one from a PNG or JPEG file. The functions that change a picture compute
/// the values of torchvision's `transforms.v2.functional` on bytes, exactly where their comments do
/// not say otherwise.
public struct RasterImage: Hashable, Sendable {
  /// The number of rows.
  public let height: Int
  /// The number of pixels in a row.
  public let width: Int

  /// The number of channels, `C`: 1 for grey, 3 for red, green and blue.
  public let channels: Int

  /// The pixels, `[H, W, C]`.
  public let pixels: [UInt8]

  /// Makes a picture of pixels `[H, W, C]`; by default, of three channels.
  public init(height: Int, width: Int, channels: Int = 3, pixels: [UInt8]) {
    guard height > 0, width > 0, channels > 0, pixels.count == height * width * channels else {
      fail(
        """
        RasterImage: \(pixels.count) bytes don't make \(height) rows of \(width) pixels \
        of \(channels) channels
        """)
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// Makes a picture whose pixels `fill` sets in an uninitialized buffer `[H, W, C]`.
  init(
    height: Int, width: Int, channels: Int, filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void
  ) {
    self.init(
      height: height, width: width, channels: channels,
      pixels: [UInt8](uninitialized: height * width * channels, initializedBy: fill))
  }

  /// Makes a picture of pixels in planes, `[C, H, W]`.
  public init(height: Int, width: Int, channels: Int, planes: [UInt8]) {
    let count = height * width
    guard channels > 1, planes.count == count * channels else {
      self.init(height: height, width: width, channels: channels, pixels: planes)
      return
    }
    self.init(height: height, width: width, channels: channels) { target in
      planes.withUnsafeBufferPointer { planes in
        for index in 0..<count {
          for channel in 0..<channels {
            target[index * channels + channel] = planes[channel * count + index]
          }
        }
      }
    }
  }

  /// The picture as a tensor of floats from 0 to 1, `[C, H, W]`.
  ///
  /// - Parameter channels: 3 for RGB, the default, or 1 for grey.
  public func tensor(channels: Int = 3) -> Tensor {
    Tensor(planes(channels: channels).map { Float($0) / 255 }, shape: [channels, height, width])
  }

  /// The bytes in planes, `[C, H, W]`.
  ///
  /// - Parameter channels: 3 for RGB, the default, or 1 for grey as in ``withChannels(_:)``.
  public func planes(channels: Int = 3) -> [UInt8] {
    let image = withChannels(channels)
    let count = height * width
    return channels == 1
      ? image.pixels
      : (0..<channels).flatMap { channel in
        (0..<count).lazy.map { image.pixels[$0 * channels + channel] }
      }
  }

  /// The picture with 3 channels, equal for a grey one, or with 1: grey by the weights of ITU-R
  /// BT.601, as in JPEG and as by Pillow's `convert("L")`.
  public func withChannels(_ channels: Int) -> RasterImage {
    switch (self.channels, channels) {
    case (channels, _): return self
    case (1, _) where channels > 0:
      return RasterImage(
        height: height, width: width, channels: channels,
        pixels: pixels.flatMap { repeatElement($0, count: channels) })
    case (3, 1):
      let grey = (0..<height * width).map { index -> UInt8 in
        let (red, green, blue) = (
          Int(pixels[index * 3]), Int(pixels[index * 3 + 1]), Int(pixels[index * 3 + 2])
        )
        // The weights' sum is 2^16, so that grey is unchanged.
        return UInt8((19_595 * red + 38_470 * green + 7_471 * blue + 1 << 15) >> 16)
      }
      return RasterImage(height: height, width: width, channels: 1, pixels: grey)
    default:
      fail("RasterImage: \(channels) channels, 1 or 3 are possible")
    }
  }
}
