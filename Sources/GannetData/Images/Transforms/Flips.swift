import GannetTensor

/// An exchange of left and right, at random.
public struct HorizontalFlip: ImageTransform {
  private let probability: Double

  /// Makes a flip that happens with `probability`, 0.5 by default.
  public init(_ probability: Double = 0.5) {
    self.probability = checked(probability, "HorizontalFlip")
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    stream.happens(probability) ? image.flippedHorizontally() : image
  }
}

/// An exchange of top and bottom, at random.
public struct VerticalFlip: ImageTransform {
  private let probability: Double

  /// Makes a flip that happens with `probability`, 0.5 by default.
  public init(_ probability: Double = 0.5) {
    self.probability = checked(probability, "VerticalFlip")
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    stream.happens(probability) ? image.flippedVertically() : image
  }
}

/// A rotation about the centre by a random angle.
public struct RandomRotation: ImageTransform {
  private let degrees: ClosedRange<Double>
  private let interpolation: RasterImage.Interpolation
  private let fill: UInt8?

  /// Makes a rotation by up to `degrees` to either side.
  public init(
    _ degrees: Double, interpolation: RasterImage.Interpolation = .nearest, fill: UInt8? = 0
  ) {
    guard degrees >= 0 else { fail("RandomRotation: \(degrees) degrees, expected 0 or more") }
    self.init(degrees: -degrees...degrees, interpolation: interpolation, fill: fill)
  }

  /// Makes a rotation anticlockwise by an angle in `degrees`.
  ///
  /// - Parameters:
  ///   - degrees: The range of angles, of which one is drawn.
  ///   - interpolation: The nearest pixel by default.
  ///   - fill: The value of pixels outside of the picture; 0 by default.
  public init(
    degrees: ClosedRange<Double>, interpolation: RasterImage.Interpolation = .nearest,
    fill: UInt8? = 0
  ) {
    (self.degrees, self.interpolation, self.fill) = (degrees, interpolation, fill)
  }

  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) -> RasterImage {
    image.rotated(
      by: stream.uniform(degrees.lowerBound, degrees.upperBound), interpolation: interpolation,
      fill: fill)
  }
}

func checked(_ probability: Double, _ name: String) -> Double {
  guard (0...1).contains(probability) else {
    fail("\(name): probability \(probability), expected 0 to 1")
  }
  return probability
}
