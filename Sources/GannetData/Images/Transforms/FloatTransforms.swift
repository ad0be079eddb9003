import Foundation
import GannetTensor

/// A normalization of each channel: its mean is subtracted, and it is divided by its standard
/// deviation.
public struct Normalize: FloatImageTransform {
  private let mean: [Float]
  private let standardDeviation: [Float]

  /// Makes a normalization by `mean` and `standardDeviation` of values from 0 to 1: one for each
  /// channel, or one for all.
  public init(mean: [Float], standardDeviation: [Float]) {
    guard !standardDeviation.contains(0) else { fail("Normalize: a standard deviation of 0") }
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }

  /// The normalization of ImageNet's colours, which torchvision's weights expect.
  public static let imageNet = Normalize(
    mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])

  public func apply(to image: inout FloatImage, using stream: inout RandomStream) throws {
    for values in [mean, standardDeviation] where ![1, image.channels].contains(values.count) {
      throw TransformError(
        "Normalize has values for \(values.count) channels, and the picture has \(image.channels)",
        advice: "Give one value, or one for each channel.")
    }
    image.normalize(mean: mean, standardDeviation: standardDeviation)
  }
}

/// A random rectangle that is overwritten. Z. Zhong et al., "Random Erasing Data Augmentation"
/// (2017).
public struct RandomErasing: FloatImageTransform {
  /// The values of the erased pixels.
  public enum Value: Sendable {
    /// One value for all channels.
    case constant(Float)
    /// Normal draws, of mean 0 and standard deviation 1.
    case noise
  }

  private let probability: Double
  private let scale: ClosedRange<Double>
  private let ratio: ClosedRange<Double>
  private let value: Value

  /// Makes an erasing.
  ///
  /// - Parameters:
  ///   - probability: That of a rectangle; 0.5 by default.
  ///   - scale: Its area in that of the picture; 0.02 to 0.33 by default.
  ///   - ratio: Its height over its width; 0.3 to 3.3 by default. Where ten draws do not fit into
  ///     the picture, nothing is erased.
  ///   - value: The erased pixels' value; 0 by default, which is the mean after ``Normalize``.
  public init(
    _ probability: Double = 0.5, scale: ClosedRange<Double> = 0.02...0.33,
    ratio: ClosedRange<Double> = 0.3...3.3, value: Value = .constant(0)
  ) {
    guard scale.lowerBound >= 0, scale.upperBound <= 1, ratio.lowerBound > 0 else {
      fail("RandomErasing: scale \(scale) and ratio \(ratio), expected 0...1 and more than 0")
    }
    self.probability = checked(probability, "RandomErasing")
    (self.scale, self.ratio, self.value) = (scale, ratio, value)
  }

  public func apply(to image: inout FloatImage, using stream: inout RandomStream) {
    guard stream.happens(probability) else { return }
    for _ in 0..<10 {
      let area =
        Double(image.height * image.width) * stream.uniform(scale.lowerBound, scale.upperBound)
      let aspect = stream.logUniform(ratio)
      let height = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
      let width = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
      guard height < image.height, width < image.width else { continue }
      let top = stream.index(below: image.height - height + 1)
      let left = stream.index(below: image.width - width + 1)
      switch value {
      case .constant(let value):
        image.erase(top: top, left: left, height: height, width: width) { _ in value }
      case .noise:
        image.erase(top: top, left: left, height: height, width: width) { _ in
          Float(stream.normal())
        }
      }
      return
    }
  }
}

extension RandomStream {
  /// A normal draw, by the method of Box and Muller.
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform(0, 1))).squareRoot()
    return radius * cos(2 * .pi * uniform(0, 1))
  }
}
