import GannetTensor

/// A random change of brightness, contrast, saturation and hue, in random order.
public struct ColorJitter: ImageTransform {
  private let brightness: Double
  private let contrast: Double
  private let saturation: Double
  private let hue: Double

  /// Makes a jitter.
  ///
  /// - Parameters:
  ///   - brightness: The largest deviation of the factor of brightness from 1, down to 0 at least.
  ///   - contrast: That of contrast.
  ///   - saturation: That of saturation.
  ///   - hue: The largest turn of the hue, up to 0.5. All are 0 by default, which changes nothing.
  public init(
    brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0
  ) {
    guard min(brightness, contrast, saturation) >= 0, (0...0.5).contains(hue) else {
      fail(
        """
        ColorJitter: brightness \(brightness), contrast \(contrast), saturation \(saturation), \
        hue \(hue); expected 0 or more, and hue up to 0.5
        """)
    }
    (self.brightness, self.contrast) = (brightness, contrast)
    (self.saturation, self.hue) = (saturation, hue)
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    var order = [0, 1, 2, 3]
    for last in stride(from: 3, to: 0, by: -1) {
      order.swapAt(last, stream.index(below: last + 1))
    }
    func factor(_ deviation: Double) -> Double {
      stream.uniform(max(0, 1 - deviation), 1 + deviation)
    }
    let (b, c, s) = (factor(brightness), factor(contrast), factor(saturation))
    let shift = stream.uniform(-hue, hue)
    return order.reduce(image) { image, step in
      switch step {
      case 0: brightness > 0 ? image.adjustingBrightness(by: b) : image
      case 1: contrast > 0 ? image.adjustingContrast(by: c) : image
      case 2: saturation > 0 ? image.adjustingSaturation(by: s) : image
      default: hue > 0 ? image.adjustingHue(by: shift) : image
      }
    }
  }
}

/// A conversion to grey.
public struct Grayscale: ImageTransform {
  private let channels: Int

  /// Makes a conversion to 1 channel, the default, or to 3 equal ones.
  public init(channels: Int = 1) {
    guard channels == 1 || channels == 3 else {
      fail("Grayscale: \(channels) channels, 1 or 3 are possible")
    }
    self.channels = channels
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    image.grayscale(channels: channels)
  }
}
