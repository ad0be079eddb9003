/// The interpolation between pixels for resizing images.
public enum InterpolationMode: Hashable, Sendable {
  /// The pixel at the rounded-down position, as PyTorch's "nearest".
  case nearest
  /// The weighted mean of the four nearest pixels.
  case bilinear
}

extension Tensor {
  /// Resizes images, `[N, C, H, W]`, to `[N, C, H', W']`, keeping channels-last layout.
  ///
  ///     images.interpolated(to: Size2D(480, 640), mode: .bilinear)
  ///
  /// As PyTorch's `interpolate` without antialiasing, so smaller images skip pixels. Stops at empty
  /// images.
  ///
  /// - Parameters:
  ///   - size: Height H' and width W' of the result.
  ///   - mode: The rule between pixels; the nearest one by default.
  ///   - alignCorners: Whether to align the centers of the corner pixels instead of the image's
  ///     edges, for `.bilinear` only; false by default.
  public func interpolated(
    to size: Size2D, mode: InterpolationMode = .nearest, alignCorners: Bool = false
  ) -> Tensor {
    interpolated(to: size, scales: nil, mode, alignCorners)
  }

  /// Resizes images by the factors `height` and `width`, which is `height` by default, with sizes
  /// rounded down.
  ///
  ///     images.interpolated(by: 2)  // [N, C, 2 H, 2 W]
  public func interpolated(
    by height: Double, _ width: Double? = nil, mode: InterpolationMode = .nearest,
    alignCorners: Bool = false
  ) -> Tensor {
    let scales = [height, width ?? height]
    guard rank == 4 else { failShape("interpolated", shape, expected: "[N, C, H, W]") }
    let sizes = zip(shape.suffix(2), scales).map { (Double($0) * $1).rounded(.down) }
    guard sizes.allSatisfy({ $0 >= 1 && $0 <= Double(Int32.max) }) else {
      fail("interpolated: \(scales) times shape \(shape), expected 1 pixel or more")
    }
    return interpolated(
      to: Size2D(Int(sizes[0]), Int(sizes[1])), scales: scales, mode, alignCorners)
  }

  private func interpolated(
    to size: Size2D, scales: [Double]?, _ mode: InterpolationMode, _ alignCorners: Bool
  ) -> Tensor {
    guard rank == 4, Swift.min(shape[2], shape[3]) > 0 else {
      failShape("interpolated", shape, expected: "[N, C, H, W] with pixels")
    }
    guard Swift.min(size.height, size.width) > 0 else {
      fail("interpolated: size \(size), expected 1 or more")
    }
    if mode == .nearest, alignCorners {
      fail("interpolated: alignCorners, expected with the mode bilinear alone")
    }
    var result = self
    for (axis, size) in [(2, size.height), (3, size.width)] where size != shape[axis] {
      let places = SamplePlaces(from: shape[axis], to: size, scale: scales?[axis - 2])
      let rows = (0..<size).map { index in
        mode == .nearest ? places.nearest(index) : places.linear(index, alignCorners)
      }
      result = result.mapped(
        "interpolate", by: AxisMap(inputSize: shape[axis], rows: rows), along: axis)
    }
    return result
  }
}

/// Source positions of a resized line's pixels, by PyTorch's rules.
private struct SamplePlaces {
  let from: Int
  let to: Int
  /// The requested scale factor; nil where the size was given.
  let scale: Double?

  /// In single precision, as in PyTorch, since the choice of pixel depends on the rounding.
  func nearest(_ index: Int) -> [AxisMap.Entry] {
    if to == 2 * from { return [(index / 2, 1)] }
    let step = scale.map { Float(1 / $0) } ?? Float(from) / Float(to)
    return [(min(Int(Float(index) * step), from - 1), 1)]
  }

  func linear(_ index: Int, _ alignCorners: Bool) -> [AxisMap.Entry] {
    let place: Double
    if alignCorners {
      place = to > 1 ? Double(index) * Double(from - 1) / Double(to - 1) : 0
    } else {
      let step = scale.map { 1 / $0 } ?? Double(from) / Double(to)
      place = max(0, (Double(index) + 0.5) * step - 0.5)
    }
    let first = min(Int(place), from - 1)
    let share = min(1, place - Double(first))
    if share == 0 || first == from - 1 { return [(first, 1)] }
    return [(first, Float(1 - share)), (first + 1, Float(share))]
  }
}
