import GannetTensor

/// A published set of images, held in memory as bytes.
public protocol ImageSet: Dataset, ImageSource where Batch == GannetData.Batch<Tensor, IntTensor> {
  /// The images as bytes, with their labels.
  var images: ImageDataset { get }
}

extension ImageSet {
  /// The number of images.
  public var count: Int { images.count }
  public var classNames: [String] { images.classNames }
  public func image(at index: Int) -> RasterImage { images.image(at: index) }
  public func label(at index: Int) -> Int { images.label(at: index) }

  /// A batch of images `[N, C, H, W]` from 0 to 1 and labels `[N]`.
  public func batch(at indices: [Int]) -> sending Batch { images.batch(at: indices) }
}

/// A published set's part: training or test.
public enum ImageSplit: String, CaseIterable, Sendable {
  /// The images to train with.
  case train
  /// The images to test with.
  case test
}
