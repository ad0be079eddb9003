import Foundation
import GannetTensor

/// A data set of transformed pictures: batches of images `[N, C, H, W]` and labels `[N]`.
///
/// Random transforms draw from the stream that the loader hands down for each example. It depends
/// on the seed, the epoch and the example: a picture is the same for any number of workers, and
/// after a resume.
public struct TransformedImages<Source: ImageSource>: Dataset {
  /// The pictures before they are transformed.
  public let source: Source
  /// The transforms, in their order.
  public let transforms: Transforms

  /// Makes the set of `source`'s pictures, each transformed when a batch needs it.
  public init(_ source: Source, _ transforms: Transforms) {
    self.source = source
    self.transforms = transforms
  }

  public var count: Int { source.count }

  /// The classes' names.
  public var classNames: [String] { source.classNames }

  /// The batch of the pictures at `indices`, with random draws from the task's source.
  public func batch(at indices: [Int]) throws -> sending Batch<Tensor, IntTensor> {
    var stream = RandomSource.current.makeStream()
    let seed = stream.next()
    return try batch(
      at: indices, using: indices.map { RandomStream(seed: seed, stream: UInt64($0)) })
  }

  /// The batch of the pictures at `indices`, with random draws from `streams`.
  ///
  /// - Throws: The errors of the source, and `TransformError`, or `FileError` where the picture is
  ///   a file, if a transform cannot be applied or the transformed pictures differ in size.
  public func batch(
    at indices: [Int], using streams: [RandomStream]
  ) throws -> sending Batch<Tensor, IntTensor> {
    checkIndices(indices)
    var (pixels, labels): ([Float], [Int32]) = ([], [])
    var (shape, unreadable): (Shape?, (any Error)?) = (nil, nil)
    for (index, stream) in zip(indices, streams) {
      let picture: RasterImage
      do {
        picture = try source.image(at: index)
      } catch  where source.skipsUnreadable {
        unreadable = unreadable ?? error
        continue
      }
      var stream = stream
      do {
        let image = try transforms(picture, using: &stream)
        if let shape, shape != image.shape { throw Self.mixture(of: shape, and: image.shape) }
        if shape == nil { pixels.reserveCapacity(indices.count * image.pixels.count) }
        shape = image.shape
        pixels += image.pixels
      } catch let error as TransformError {
        throw named(error, index)
      }
      labels.append(Int32(source.label(at: index)))
    }
    if labels.isEmpty, let unreadable { throw unreadable }
    let size = shape.map(Array.init) ?? [0, 0, 0]
    return Batch(
      inputs: Tensor(pixels, shape: Shape([labels.count] + size)),
      targets: IntTensor(labels, shape: [labels.count]))
  }

  private static func mixture(of first: Shape, and other: Shape) -> TransformError {
    TransformError(
      "the image is \(other), where the batch's first is \(first)",
      advice: "Let the transforms end in one size, such as by CenterCrop(224).")
  }

  private func named(_ error: TransformError, _ index: Int) -> any Error {
    guard let file = source.file(at: index) else {
      return TransformError("picture \(index): \(error.problem)", advice: error.advice)
    }
    return FileError(
      .unsupported, path: file.readablePath, error.problem, advice: error.advice)
  }
}
