import CGannetKernels
import Foundation
import GannetTensor

/// Images of one size with their classes, kept in memory as bytes.
///
/// A batch is made of floats from 0 to 1: each byte divided by 255.
public struct ImageDataset: Dataset {
  /// The pixels, `[count, C, H, W]`.
  public let pixels: [UInt8]

  /// The class of each image.
  public let labels: [UInt8]

  /// The number of channels, `C`: 1 for grey, 3 for red, green and blue.
  public let channels: Int

  /// The height of each image, `H`.
  public let height: Int

  /// The width of each image, `W`.
  public let width: Int

  /// The name of each class.
  public let classNames: [String]

  /// Makes a set of `labels.count` images from the bytes of `pixels`.
  ///
  /// Stops the program if `pixels` does not hold as many images, or a label has no name.
  public init(
    pixels: [UInt8], labels: [UInt8], channels: Int, height: Int, width: Int, classNames: [String]
  ) {
    guard pixels.count == labels.count * channels * height * width else {
      fail(
        """
        ImageDataset: \(pixels.count) bytes don't make \(labels.count) images \
        of shape \([channels, height, width])
        """)
    }
    if let largest = labels.max(), largest >= classNames.count {
      fail("ImageDataset: label \(largest) has no name, there are \(classNames.count)")
    }
    self.pixels = pixels
    self.labels = labels
    self.channels = channels
    self.height = height
    self.width = width
    self.classNames = classNames
  }

  /// Reads grey images and their classes from IDX files like MNIST's, plain or compressed by gzip.
  ///
  /// - Parameters:
  ///   - images: The file of the images, `[count, H, W]`.
  ///   - labels: The file of the classes, `[count]`.
  ///   - classNames: The name of each class; "0", "1" and so on unless given.
  /// - Throws: `FileError`, if a file is missing or damaged, or the two don't fit together.
  public init(images: URL, labels: URL, classNames: [String]? = nil) throws {
    let imageFile = try IDX(contentsOf: images, rank: 3)
    let labelFile = try IDX(contentsOf: labels, rank: 1)
    guard imageFile.shape[0] == labelFile.shape[0] else {
      throw FileError(
        .corrupt, path: labels.path,
        """
        the file has \(labelFile.shape[0]) labels, \
        but \(images.lastPathComponent) has \(imageFile.shape[0]) images
        """)
    }
    let largest = Int(labelFile.bytes.max() ?? 0)
    let names = classNames ?? (0...largest).map(String.init)
    guard largest < names.count else {
      throw FileError(
        .corrupt, path: labels.path, "the file has label \(largest), of \(names.count) classes")
    }
    self.init(
      pixels: imageFile.bytes, labels: labelFile.bytes, channels: 1, height: imageFile.shape[1],
      width: imageFile.shape[2], classNames: names)
  }

  public var count: Int { labels.count }

  /// The same images with other labels, as for an experiment with random ones.
  public func relabeled(_ labels: [UInt8]) -> ImageDataset {
    ImageDataset(
      pixels: pixels, labels: labels, channels: channels, height: height, width: width,
      classNames: classNames)
  }

  /// Images `[N, C, H, W]` from 0 to 1, and labels `[N]`.
  public func batch(at indices: [Int]) -> sending Batch<Tensor, IntTensor> {
    checkIndices(indices)
    let inputs = Tensor(shape: [indices.count, channels, height, width]) { buffer in
      guard let base = buffer.baseAddress else { return }
      gannet_gather_bytes(pixels, indices, base, 255, indices.count, channels * height * width)
    }
    return Batch(
      inputs: inputs,
      targets: IntTensor(indices.map { Int32(labels[$0]) }, shape: [indices.count]))
  }
}
