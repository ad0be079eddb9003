import CGannetKernels
import GannetTensor

extension RasterImage {
  /// The picture with brightness multiplied by `factor`: 0 is black, 1 changes nothing.
  public func adjustingBrightness(by factor: Double) -> RasterImage {
    check(factor >= 0, "brightness", factor)
    let factor = Float(factor)
    return mapped { clamped(Float($0) * factor) }
  }

  /// The picture with contrast multiplied by `factor`: at 0, all pixels are the mean grey; 1
  /// changes nothing.
  public func adjustingContrast(by factor: Double) -> RasterImage {
    check(factor >= 0, "contrast", factor)
    let grey = channels == 1 ? pixels : greyBytes
    let mean = Float(grey.reduce(0) { $0 + Int($1) }) / Float(grey.count)
    let (own, rest) = (Float(factor), Float(1 - factor))
    return mapped { clamped((Float($0) * own).addingProduct(mean, rest)) }
  }

  /// The picture with saturation multiplied by `factor`: at 0 it is grey; 1 changes nothing. A grey
  /// picture stays as it is.
  public func adjustingSaturation(by factor: Double) -> RasterImage {
    check(factor >= 0, "saturation", factor)
    guard channels == 3 else { return self }
    return RasterImage(height: height, width: width, channels: 3) {
      gannet_saturate_bytes(pixels, $0, Float(factor), Float(1 - factor), height * width)
    }
  }

  /// The picture with its hue turned by `shift`, from -0.5 to 0.5 of a full turn; 0 changes no hue,
  /// but rounds. A grey picture stays as it is.
  public func adjustingHue(by shift: Double) -> RasterImage {
    check(abs(shift) <= 0.5, "hue", shift)
    guard channels == 3 else { return self }
    return RasterImage(height: height, width: width, channels: 3) {
      gannet_shift_hue_bytes(pixels, $0, Float(shift), height * width)
    }
  }

  /// The picture in grey by torchvision's weights, of 1 channel by default, or of 3 equal ones.
  public func grayscale(channels: Int = 1) -> RasterImage {
    guard self.channels == 3 else { return withChannels(channels) }
    return RasterImage(height: height, width: width, channels: 1, pixels: greyBytes)
      .withChannels(channels)
  }

  private var greyBytes: [UInt8] {
    [UInt8](uninitialized: height * width) { gannet_grey_bytes(pixels, $0, height * width) }
  }

  /// The picture with each byte mapped by a table of `value`.
  private func mapped(_ value: (UInt8) -> UInt8) -> RasterImage {
    let table = (UInt8.min...UInt8.max).map(value)
    return RasterImage(height: height, width: width, channels: channels) { target in
      table.withUnsafeBufferPointer { table in
        pixels.withUnsafeBufferPointer { pixels in
          for index in pixels.indices { target[index] = table[Int(pixels[index])] }
        }
      }
    }
  }

  /// `value` rounded down to a byte.
  private func clamped(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }

  private func check(_ isGood: Bool, _ name: String, _ value: Double) {
    guard isGood, channels == 1 || channels == 3 else {
      fail(
        """
        RasterImage: \(name) \(value) of a picture of \(channels) channels; expected factors from 0 \
        up, hue from -0.5 to 0.5, and 1 or 3 channels
        """)
    }
  }
}
