import Foundation
import GannetTensor

/// A change of a picture of bytes, such as a crop or a flip.
///
/// Conform to this protocol for a transform of your own:
///
///     struct Inverted: ImageTransform {
///       func callAsFunction(_ image: RasterImage, using stream: inout RandomStream) -> RasterImage {
///         RasterImage(
///           height: image.height, width: image.width, channels: image.channels,
///           pixels: image.pixels.map { 255 - $0 })
///       }
///     }
public protocol ImageTransform: Sendable {
  /// The changed picture, with random draws from `stream` alone.
  ///
  /// - Throws: `TransformError`, if it cannot be applied to this picture.
  func callAsFunction(_ image: RasterImage, using stream: inout RandomStream) throws -> RasterImage
}

/// A change of a picture of floats, after those of bytes, such as a normalization.
public protocol FloatImageTransform: Sendable {
  /// Changes the picture, with random draws from `stream` alone.
  ///
  /// - Throws: `TransformError`, if it cannot be applied to this picture.
  func apply(to image: inout FloatImage, using stream: inout RandomStream) throws
}

/// The error of a transform that cannot be applied to a picture.
public struct TransformError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The fault: what was found and expected.
  public let problem: String
  /// The remedy: advice to the user.
  public let advice: String

  /// Makes an error of a picture that a transform cannot take.
  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem). \(advice)" }
}

/// A sequence of transforms, from a picture of bytes to one of floats:
///
///     let transforms = Transforms {
///       RandomResizedCrop(224)
///       HorizontalFlip()
///       ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4)
///       Normalize.imageNet
///     }
///     let training = folder.transformed(by: transforms)
///
/// Transforms of bytes (``ImageTransform``) come before those of floats (``FloatImageTransform``).
/// Between the two, bytes from 0 to 255 are converted to floats from 0 to 1. An empty sequence only
/// converts.
public struct Transforms: Sendable {
  /// A transform of either kind.
  public enum Step: Sendable {
    /// A transform of bytes.
    case bytes(any ImageTransform)
    /// A transform of floats.
    case floats(any FloatImageTransform)
  }

  private let ofBytes: [any ImageTransform]
  private let ofFloats: [any FloatImageTransform]

  /// Makes a sequence of its steps; stops where one of bytes follows one of floats.
  public init(@TransformsBuilder _ transforms: () -> [Step]) {
    var (ofBytes, ofFloats): ([any ImageTransform], [any FloatImageTransform]) = ([], [])
    for step in transforms() {
      switch step {
      case .bytes(let transform):
        guard ofFloats.isEmpty else {
          fail(
            """
            Transforms: \(type(of: transform)) changes bytes, so it must come before \
            \(type(of: ofFloats[0])), which changes floats
            """)
        }
        ofBytes.append(transform)
      case .floats(let transform): ofFloats.append(transform)
      }
    }
    (self.ofBytes, self.ofFloats) = (ofBytes, ofFloats)
  }

  /// The steps in order.
  var steps: [Step] { ofBytes.map(Step.bytes) + ofFloats.map(Step.floats) }

  /// The transformed picture, with random draws from `stream`.
  ///
  /// - Throws: `TransformError` of a transform that cannot be applied.
  public func callAsFunction(
    _ image: RasterImage, using stream: inout RandomStream
  ) throws -> FloatImage {
    var image = image
    for transform in ofBytes { image = try transform(image, using: &stream) }
    var result = FloatImage(image)
    for transform in ofFloats { try transform.apply(to: &result, using: &stream) }
    return result
  }
}

/// The builder of ``Transforms``.
@resultBuilder
public enum TransformsBuilder {
  /// A transform of bytes.
  public static func buildExpression(_ transform: some ImageTransform) -> [Transforms.Step] {
    [.bytes(transform)]
  }

  /// A transform of floats.
  public static func buildExpression(_ transform: some FloatImageTransform) -> [Transforms.Step] {
    [.floats(transform)]
  }

  /// All steps of another sequence.
  public static func buildExpression(_ transforms: Transforms) -> [Transforms.Step] {
    transforms.steps
  }

  /// The steps of all lines, in order.
  public static func buildBlock(_ parts: [Transforms.Step]...) -> [Transforms.Step] {
    parts.flatMap(\.self)
  }

  /// The steps of an `if` without `else`; none where it is not taken.
  public static func buildOptional(_ part: [Transforms.Step]?) -> [Transforms.Step] { part ?? [] }
  /// The steps of an `if` that is taken.
  public static func buildEither(first part: [Transforms.Step]) -> [Transforms.Step] { part }
  /// The steps of the `else`.
  public static func buildEither(second part: [Transforms.Step]) -> [Transforms.Step] { part }

  /// The steps of all passes of a `for` loop.
  public static func buildArray(_ parts: [[Transforms.Step]]) -> [Transforms.Step] {
    parts.flatMap(\.self)
  }
}

extension RandomStream {
  /// A number from `low` up to, not including, `high`.
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }

  /// A number of `range` whose logarithm is uniform.
  mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
    exp(uniform(log(range.lowerBound), log(range.upperBound)))
  }

  /// An index from 0 up to, not including, `count`.
  mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Whether an event of `probability` happens.
  mutating func happens(_ probability: Double) -> Bool { uniform(0, 1) < probability }
}
