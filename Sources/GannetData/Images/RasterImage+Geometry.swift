import GannetTensor

extension RasterImage {
  /// The picture resized to `height` by `width` pixels by linear interpolation.
  ///
  /// - Parameters:
  ///   - height: The height in pixels.
  ///   - width: The width in pixels.
  ///   - antialias: Whether a smaller picture averages over all pixels, by a triangle filter; true
  ///     by default. The result is that of Pillow's bilinear filter bit for bit, in width first;
  ///     Pillow 13, which takes the height first where it shrinks by more, and torchvision on
  ///     tensors, which rounds weights to 16 bits, differ from it by at most 1. Without it, the
  ///     result is torchvision's on tensors.
  public func resized(height: Int, width: Int, antialias: Bool = true) -> RasterImage {
    guard height > 0, width > 0 else {
      fail("RasterImage: a picture of \(height) rows of \(width) pixels is impossible")
    }
    guard (height, width) != (self.height, self.width) else { return self }
    let resizing = Resizing(
      from: (self.height, self.width), to: (height, width), antialias: antialias)
    return RasterImage(height: height, width: width, channels: channels) {
      resizing.apply(pixels, to: $0, planes: 1, samples: channels)
    }
  }

  /// The picture resized so that its shorter side has `shorterSide` pixels, and the longer one, in
  /// proportion, is rounded down.
  public func resized(shorterSide: Int, antialias: Bool = true) -> RasterImage {
    let (short, long) = (min(height, width), max(height, width))
    let other = Int(Double(shorterSide * long) / Double(short))
    return height <= width
      ? resized(height: shorterSide, width: other, antialias: antialias)
      : resized(height: other, width: shorterSide, antialias: antialias)
  }

  /// The part of `height` by `width` pixels whose first pixel is at `top` and `left`; pixels
  /// outside of the picture are `fill`, 0 by default.
  public func cropped(
    top: Int, left: Int, height: Int, width: Int, fill: UInt8 = 0
  ) -> RasterImage {
    guard height > 0, width > 0 else {
      fail("RasterImage: a crop of \(height) rows of \(width) pixels is impossible")
    }
    let inner = max(left, 0)..<max(min(left + width, self.width), max(left, 0))
    return RasterImage(height: height, width: width, channels: channels) { target in
      pixels.withUnsafeBufferPointer { source in
        for row in 0..<height {
          let to = target + row * width * channels
          let isInside = (0..<self.height).contains(top + row) && !inner.isEmpty
          if !isInside || inner.count < width {
            to.initialize(repeating: fill, count: width * channels)
          }
          if isInside {
            (to + (inner.lowerBound - left) * channels).update(
              from: source.baseAddress! + ((top + row) * self.width + inner.lowerBound) * channels,
              count: inner.count * channels)
          }
        }
      }
    }
  }

  /// The middle part of `height` by `width` pixels; a smaller picture is padded with zeros.
  public func centerCropped(height: Int, width: Int) -> RasterImage {
    func start(_ size: Int, _ crop: Int) -> Int {
      crop > size
        ? -((crop - size) / 2) : Int((Double(size - crop) / 2).rounded(.toNearestOrEven))
    }
    return cropped(
      top: start(self.height, height), left: start(self.width, width), height: height, width: width)
  }

  /// The picture with left and right exchanged.
  public func flippedHorizontally() -> RasterImage {
    mapped { row, column in (row, width - 1 - column) }
  }

  /// The picture with top and bottom exchanged.
  public func flippedVertically() -> RasterImage {
    mapped { row, column in (height - 1 - row, column) }
  }

  /// The picture with rows and columns exchanged.
  public func transposed() -> RasterImage {
    mapped(height: width, width: height) { row, column in (column, row) }
  }

  /// A picture of `height` by `width` pixels, by default as many as this one's, each of which is
  /// this one's pixel at `place`.
  func mapped(
    height: Int? = nil, width: Int? = nil, _ place: (_ row: Int, _ column: Int) -> (Int, Int)
  ) -> RasterImage {
    let (height, width) = (height ?? self.height, width ?? self.width)
    return RasterImage(height: height, width: width, channels: channels) { target in
      pixels.withUnsafeBufferPointer { source in
        var to = target
        for row in 0..<height {
          for column in 0..<width {
            let (y, x) = place(row, column)
            let from = (y * self.width + x) * channels
            for channel in 0..<channels { to[channel] = source[from + channel] }
            to += channels
          }
        }
      }
    }
  }
}
