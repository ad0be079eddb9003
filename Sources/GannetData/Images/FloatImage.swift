import CGannetKernels
import GannetTensor

/// A picture of floats, as networks take it.
public struct FloatImage: Hashable, Sendable {
  /// The number of channels.
  public let channels: Int
  /// The number of rows.
  public let height: Int
  /// The number of pixels in a row.
  public let width: Int

  /// The pixels, `[C, H, W]`.
  public var pixels: [Float]

  /// Converts a picture of bytes: each is divided by 255.
  public init(_ image: RasterImage) {
    (channels, height, width) = (image.channels, image.height, image.width)
    pixels = [Float](uninitialized: image.pixels.count) {
      gannet_planes_of_bytes(image.pixels, $0, image.height * image.width, image.channels)
    }
  }

  /// The shape, `[C, H, W]`.
  public var shape: Shape { [channels, height, width] }

  /// Subtracts each channel's mean and divides by its standard deviation.
  ///
  /// - Parameters:
  ///   - mean: `[C]`, or one for all channels.
  ///   - standardDeviation: `[C]`, or one for all channels; none is 0.
  public mutating func normalize(mean: [Float], standardDeviation: [Float]) {
    let counts = [1, channels]
    guard counts.contains(mean.count), counts.contains(standardDeviation.count) else {
      fail(
        """
        normalize: \(mean.count) means and \(standardDeviation.count) standard deviations \
        for an image \(shape), 1 or \(channels) of each are possible
        """)
    }
    guard !standardDeviation.contains(0) else { fail("normalize: a standard deviation of 0") }
    let size = height * width
    pixels.withUnsafeMutableBufferPointer { pixels in
      for channel in 0..<channels {
        let mean = mean[channel % mean.count]
        let deviation = standardDeviation[channel % standardDeviation.count]
        for index in channel * size..<(channel + 1) * size {
          pixels[index] = (pixels[index] - mean) / deviation
        }
      }
    }
  }

  /// Sets the pixels of a rectangle, which must lie within the image, to `value(channel)` each.
  public mutating func erase(
    top: Int, left: Int, height: Int, width: Int, value: (_ channel: Int) -> Float = { _ in 0 }
  ) {
    guard top >= 0, left >= 0, height >= 0, width >= 0, top + height <= self.height,
      left + width <= self.width
    else {
      fail("erase: \(height) by \(width) pixels at \(top), \(left) are not within \(shape)")
    }
    for channel in 0..<channels {
      for row in top..<top + height {
        let start = (channel * self.height + row) * self.width + left
        for index in start..<start + width { pixels[index] = value(channel) }
      }
    }
  }
}
