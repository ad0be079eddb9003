import Foundation
import GannetTensor

/// A collection of pictures of bytes with their classes, which ``transformed(by:)`` makes a data
/// set of.
public protocol ImageSource: Sendable {
  /// The number of pictures.
  var count: Int { get }

  /// The name of each class.
  var classNames: [String] { get }

  /// The picture at `index`; pictures may differ in size.
  ///
  /// - Throws: Any error of reading it, such as a `FileError`.
  func image(at index: Int) throws -> RasterImage

  /// The class of the picture at `index`.
  func label(at index: Int) -> Int

  /// The file of the picture at `index`, which errors name; nil, the default, where there is none.
  func file(at index: Int) -> URL?

  /// Whether batches leave out pictures that cannot be read; false by default.
  var skipsUnreadable: Bool { get }
}

extension ImageSource {
  public func file(at index: Int) -> URL? { nil }
  public var skipsUnreadable: Bool { false }

  /// The pictures as a data set whose batches are made by `transforms`.
  ///
  ///     let training = images.transformed {
  ///       RandomCrop(28, padding: 2)
  ///       HorizontalFlip()
  ///     }
  public func transformed(by transforms: Transforms) -> TransformedImages<Self> {
    TransformedImages(self, transforms)
  }

  /// The pictures as a data set whose batches are made by transforms in that order.
  public func transformed(
    @TransformsBuilder _ transforms: () -> [Transforms.Step]
  ) -> TransformedImages<Self> {
    transformed(by: Transforms(transforms))
  }
}

extension Subset: ImageSource where Base: ImageSource {
  public var classNames: [String] { base.classNames }
  public func image(at index: Int) throws -> RasterImage { try base.image(at: indices[index]) }
  public func label(at index: Int) -> Int { base.label(at: indices[index]) }
  public func file(at index: Int) -> URL? { base.file(at: indices[index]) }
  public var skipsUnreadable: Bool { base.skipsUnreadable }
}
