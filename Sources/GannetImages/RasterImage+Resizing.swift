import GannetData
import GannetTensor

extension RasterImage {
  /// The picture resized to `height` by `width` pixels.
  ///
  /// Interpolation is linear and antialiased (a triangle filter), bit for bit as Pillow's bilinear
  /// filter.
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
