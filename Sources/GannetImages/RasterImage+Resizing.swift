import GannetData
import GannetTensor

extension RasterImage {
  /// The picture stretched or shrunk to another size.
  ///
  /// Interpolation is linear between the nearest pixels; where the picture shrinks, it is the mean of
  /// all pixels that fall together, weighted by a triangle. The result is that of Pillow's bilinear
  /// filter, to the last bit.
  public func resized(height: Int, width: Int) -> RasterImage {
    guard height > 0, width > 0 else {
      fail("RasterImage: a picture of \(height) rows of \(width) pixels is impossible")
    }
    let resizing = Resizing(from: (self.height, self.width), to: (height, width))
    let resized = [UInt8](uninitialized: height * width * 3) {
      resizing.apply(pixels, to: $0, planes: 1, samples: 3)
    }
    return RasterImage(height: height, width: width, pixels: resized)
  }
}
