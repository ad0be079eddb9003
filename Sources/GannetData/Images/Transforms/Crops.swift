import Foundation
import GannetTensor

/// A resizing by antialiased linear interpolation.
public struct Resize: ImageTransform {
  private enum Size {
    case shorterSide(Int)
    case exactly(height: Int, width: Int)
  }

  private let size: Size
  private let antialias: Bool

  /// Resizes the shorter side to `shorterSide` pixels, and the longer one in proportion.
  public init(_ shorterSide: Int, antialias: Bool = true) {
    check("Resize", shorterSide, shorterSide)
    size = .shorterSide(shorterSide)
    self.antialias = antialias
  }

  /// Resizes to `height` by `width` pixels.
  public init(height: Int, width: Int, antialias: Bool = true) {
    check("Resize", height, width)
    size = .exactly(height: height, width: width)
    self.antialias = antialias
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    switch size {
    case .shorterSide(let side): image.resized(shorterSide: side, antialias: antialias)
    case .exactly(let height, let width):
      image.resized(height: height, width: width, antialias: antialias)
    }
  }
}

/// The middle of the picture; a smaller picture is padded with zeros.
public struct CenterCrop: ImageTransform {
  private let height: Int
  private let width: Int

  /// Makes a square crop.
  public init(_ side: Int) { self.init(height: side, width: side) }

  /// Makes a crop of `height` by `width` pixels.
  public init(height: Int, width: Int) {
    check("CenterCrop", height, width)
    (self.height, self.width) = (height, width)
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    image.centerCropped(height: height, width: width)
  }
}

/// A part of the picture at a random place, after padding.
public struct RandomCrop: ImageTransform {
  private let height: Int
  private let width: Int
  private let padding: Int
  private let fill: UInt8
  private let padsIfNeeded: Bool

  /// Makes a square crop; see ``init(height:width:padding:fill:padsIfNeeded:)``.
  public init(_ side: Int, padding: Int = 0, fill: UInt8 = 0, padsIfNeeded: Bool = false) {
    self.init(height: side, width: side, padding: padding, fill: fill, padsIfNeeded: padsIfNeeded)
  }

  /// Makes a crop of `height` by `width` pixels.
  ///
  /// - Parameters:
  ///   - height: The height in pixels.
  ///   - width: The width in pixels.
  ///   - padding: The number of pixels that are added on each of the four sides; 0 by default.
  ///   - fill: The value of the added pixels; 0 by default.
  ///   - padsIfNeeded: Whether a picture that is smaller than the crop is padded; by default it is
  ///     an error.
  public init(
    height: Int, width: Int, padding: Int = 0, fill: UInt8 = 0, padsIfNeeded: Bool = false
  ) {
    check("RandomCrop", height, width)
    guard padding >= 0 else { fail("RandomCrop: padding \(padding), expected 0 or more") }
    (self.height, self.width) = (height, width)
    (self.padding, self.fill, self.padsIfNeeded) = (padding, fill, padsIfNeeded)
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) throws -> RasterImage {
    let top = try place(image.height, height, image, &stream)
    let left = try place(image.width, width, image, &stream)
    return image.cropped(top: top, left: left, height: height, width: width, fill: fill)
  }

  /// The crop's first row or column.
  private func place(
    _ size: Int, _ crop: Int, _ image: RasterImage, _ stream: inout RandomStream
  ) throws -> Int {
    var margin = padding
    if size + 2 * margin < crop {
      guard padsIfNeeded else {
        throw TransformError(
          """
          a RandomCrop of \(height) by \(width) is larger than the picture of \(image.height) by \
          \(image.width) with a padding of \(padding)
          """,
          advice: "Resize first, pad more, or allow padsIfNeeded.")
      }
      margin = crop - size - margin
    }
    return stream.index(below: size + 2 * margin - crop + 1) - margin
  }
}

/// A random part of the picture of random area and aspect ratio, resized to one size. C. Szegedy
/// et al., "Going Deeper with Convolutions" (2014).
public struct RandomResizedCrop: ImageTransform {
  private let height: Int
  private let width: Int
  private let scale: ClosedRange<Double>
  private let ratio: ClosedRange<Double>

  /// Makes a square crop; see ``init(height:width:scale:ratio:)``.
  public init(
    _ side: Int, scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3 / 4...4 / 3
  ) {
    self.init(height: side, width: side, scale: scale, ratio: ratio)
  }

  /// Makes a crop that is resized to `height` by `width` pixels.
  ///
  /// - Parameters:
  ///   - height: The height in pixels.
  ///   - width: The width in pixels.
  ///   - scale: The part's area in that of the picture; 0.08 to 1 by default.
  ///   - ratio: Its width over its height, whose logarithm is uniform; 3/4 to 4/3 by default. Where
  ///     ten draws do not fit into the picture, its middle is taken.
  public init(
    height: Int, width: Int, scale: ClosedRange<Double> = 0.08...1,
    ratio: ClosedRange<Double> = 3 / 4...4 / 3
  ) {
    check("RandomResizedCrop", height, width)
    guard scale.lowerBound > 0, ratio.lowerBound > 0 else {
      fail("RandomResizedCrop: scale \(scale) and ratio \(ratio), expected more than 0")
    }
    (self.height, self.width, self.scale, self.ratio) = (height, width, scale, ratio)
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    let part = part(of: image, using: &stream)
    return image.cropped(top: part.top, left: part.left, height: part.height, width: part.width)
      .resized(height: height, width: width)
  }

  private typealias Part = (top: Int, left: Int, height: Int, width: Int)

  private func part(of image: RasterImage, using stream: inout RandomStream) -> Part {
    for _ in 0..<10 {
      let area =
        Double(image.height * image.width) * stream.uniform(scale.lowerBound, scale.upperBound)
      let aspect = stream.logUniform(ratio)
      let width = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
      let height = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
      guard (1...image.height).contains(height), (1...image.width).contains(width) else { continue }
      let top = stream.index(below: image.height - height + 1)
      return (top, stream.index(below: image.width - width + 1), height, width)
    }
    let own = Double(image.width) / Double(image.height)
    var (height, width) = (image.height, image.width)
    if own < ratio.lowerBound {
      height = max(1, Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven)))
    } else if own > ratio.upperBound {
      width = max(1, Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven)))
    }
    return ((image.height - height) / 2, (image.width - width) / 2, height, width)
  }
}

private func check(_ name: String, _ height: Int, _ width: Int) {
  guard height > 0, width > 0 else {
    fail("\(name): \(height) rows of \(width) pixels are impossible")
  }
}
