import Foundation
import GannetTensor

extension RasterImage {
  /// The pixel that a place between pixels takes.
  public enum Interpolation: Hashable, Sendable {
    /// The nearest pixel.
    case nearest
    /// The mean of the four nearest ones, weighted by distance.
    case bilinear
  }

  /// The picture rotated anticlockwise about its centre by `degrees`; its size stays.
  ///
  /// By ``Interpolation/bilinear``, a value may differ by 1 from torchvision's where the mean lies
  /// midway between two.
  ///
  /// - Parameters:
  ///   - degrees: The angle, anticlockwise.
  ///   - interpolation: The nearest pixel by default.
  ///   - fill: The value of pixels outside of the picture, with which those at its edge are blended
  ///     as in torchvision; nil, the default, is 0 without that blending.
  public func rotated(
    by degrees: Double, interpolation: Interpolation = .nearest, fill: UInt8? = nil
  ) -> RasterImage {
    let angle = degrees - 360 * (degrees / 360).rounded(.down)
    if angle == 0 { return self }
    if angle == 180 { return mapped { (height - 1 - $0, width - 1 - $1) } }
    if height == width, angle == 90 { return mapped { ($1, width - 1 - $0) } }
    if height == width, angle == 270 { return mapped { (height - 1 - $1, $0) } }
    let places = RotationGrid(height: height, width: width, radians: -angle * .pi / 180)
    return RasterImage(height: height, width: width, channels: channels) { target in
      var to = target
      for row in 0..<height {
        for column in 0..<width {
          let (y, x) = places[row, column]
          switch interpolation {
          case .nearest: nearest(y, x, fill ?? 0, to)
          case .bilinear: bilinear(y, x, fill, to)
          }
          to += channels
        }
      }
    }
  }

  private func nearest(_ y: Float, _ x: Float, _ fill: UInt8, _ to: UnsafeMutablePointer<UInt8>) {
    let from = offset(Int(y.rounded(.toNearestOrEven)), Int(x.rounded(.toNearestOrEven)))
    for channel in 0..<channels { to[channel] = from.map { pixels[$0 + channel] } ?? fill }
  }

  private func bilinear(
    _ y: Float, _ x: Float, _ fill: UInt8?, _ to: UnsafeMutablePointer<UInt8>
  ) {
    let (top, left) = (y.rounded(.down), x.rounded(.down))
    let (down, right) = (y - top, x - left)
    let (up, back) = (1 - down, 1 - right)
    let (row, column) = (Int(top), Int(left))
    let corners = (
      offset(row, column), offset(row, column + 1), offset(row + 1, column),
      offset(row + 1, column + 1)
    )
    let weights = (up * back, up * right, down * back, down * right)
    func mean(_ value: (Int) -> Float) -> Float {
      let first = (corners.0.map(value) ?? 0) * weights.0 + (corners.1.map(value) ?? 0) * weights.1
      let second = first + (corners.2.map(value) ?? 0) * weights.2
      return second + (corners.3.map(value) ?? 0) * weights.3
    }
    let inside = fill == nil ? 1 : mean { _ in 1 }
    let outside = Float(fill ?? 0)
    for channel in 0..<channels {
      let sample = mean { Float(pixels[$0 + channel]) }
      let value = fill == nil ? sample : (sample - outside) * inside + outside
      to[channel] = UInt8(min(max(value.rounded(.toNearestOrEven), 0), 255))
    }
  }

  /// The index of a pixel's first sample; nil outside of the picture.
  private func offset(_ row: Int, _ column: Int) -> Int? {
    (0..<height).contains(row) && (0..<width).contains(column)
      ? (row * width + column) * channels : nil
  }
}

/// The place in the picture of each pixel of the rotated one, in torchvision's steps of single
/// precision, by which the nearest pixel is decided.
private struct RotationGrid {
  private let height: Int
  private let width: Int
  private let toX: (x: Float, y: Float)
  private let toY: (x: Float, y: Float)

  init(height: Int, width: Int, radians: Double) {
    self.height = height
    self.width = width
    let (cosine, sine) = (Float(cos(radians)), Float(sin(radians)))
    let (halfWidth, halfHeight) = (0.5 * Float(width), 0.5 * Float(height))
    toX = (cosine / halfWidth, sine / halfWidth)
    toY = (-sine / halfHeight, cosine / halfHeight)
  }

  subscript(row: Int, column: Int) -> (y: Float, x: Float) {
    let x = Float(1 - width) * 0.5 + Float(column)
    let y = Float(1 - height) * 0.5 + Float(row)
    let (unitX, unitY) = (x * toX.x + y * toX.y, x * toY.x + y * toY.y)
    return (
      ((unitY + 1) * Float(height) - 1) * 0.5, ((unitX + 1) * Float(width) - 1) * 0.5
    )
  }
}
