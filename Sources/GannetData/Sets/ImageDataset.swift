import CGannetKernels
import Foundation
import GannetTensor

/// A data set of images of one size with their classes, in memory as bytes.
///
/// Batches hold floats from 0 to 1: each byte divided by 255. ``ImageSource/transformed(by:)`` makes
/// a set with augmentation.
public struct ImageDataset: Dataset, ImageSource {
  /// The original pixels, `[count, C, H, W]`, which ``resized(height:width:)`` does not change.
  public let pixels: [UInt8]

  /// The class of each image.
  public private(set) var labels: [UInt8]

  /// The number of channels, `C`: 1 for grey, 3 for red, green and blue.
  public let channels: Int

  /// The height of each image, `H`.
  public private(set) var height: Int

  /// The width of each image, `W`.
  public private(set) var width: Int

  /// The name of each class.
  public let classNames: [String]

  /// Resizing from the size of `pixels` to that of the images; nil where they are the same.
  private var resizing: Resizing?
  private let storedSize: (height: Int, width: Int)

  /// Makes a set of `labels.count` images from their pixels, `[count, C, H, W]`.
  ///
  /// Stops if `pixels` does not hold as many images, or a label has no name.
  public init(
    pixels: [UInt8], labels: [UInt8], channels: Int, height: Int, width: Int, classNames: [String]
  ) {
    self.pixels = pixels
    self.labels = labels
    self.channels = channels
    self.height = height
    self.width = width
    self.classNames = classNames
    storedSize = (height, width)
    check()
  }

  private func check() {
    guard pixels.count == labels.count * channels * storedSize.height * storedSize.width else {
      fail(
        """
        ImageDataset: \(pixels.count) bytes don't make \(labels.count) images \
        of shape \([channels, storedSize.height, storedSize.width])
        """)
    }
    if let largest = labels.max(), largest >= classNames.count {
      fail("ImageDataset: label \(largest) has no name, there are \(classNames.count)")
    }
  }

  /// Reads grey images and their classes from IDX files like MNIST's, plain or compressed by gzip.
  ///
  /// - Parameters:
  ///   - images: The file of the images, `[count, H, W]`.
  ///   - labels: The file of the classes, `[count]`.
  ///   - classNames: The name of each class; its label in the file by default.
  ///   - firstLabel: The label of class 0; 0 by default, 1 for EMNIST's letters.
  /// - Throws: `FileError`, if a file is missing or damaged, the two don't fit together, or a label
  ///   has no class.
  public init(
    images: URL, labels: URL, classNames: [String]? = nil, firstLabel: UInt8 = 0
  ) throws {
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
    let smallest = labelFile.bytes.min() ?? firstLabel
    let largest = labelFile.bytes.max() ?? firstLabel
    let names = classNames ?? (firstLabel...max(firstLabel, largest)).map { "\($0)" }
    let known = Int(firstLabel)..<Int(firstLabel) + names.count
    guard known.contains(Int(smallest)), known.contains(Int(largest)) else {
      let advice =
        smallest == 1 && firstLabel == 0 && largest <= names.count
        ? "The labels count from 1: say so with firstLabel: 1."
        : "Name every class in classNames, or check that it is the right file."
      throw FileError(
        .unsupported, path: labels.path,
        """
        the labels are \(smallest) to \(largest), where \(known.lowerBound) to \
        \(known.upperBound - 1) were expected, of \(names.count) classes
        """, advice: advice)
    }
    self.init(
      pixels: imageFile.bytes, labels: labelFile.bytes.map { $0 - firstLabel }, channels: 1,
      height: imageFile.shape[1],
      width: imageFile.shape[2], classNames: names)
  }

  public var count: Int { labels.count }

  /// A copy with other labels, such as random ones for an experiment.
  public func relabeled(_ labels: [UInt8]) -> ImageDataset {
    var set = self
    set.labels = labels
    set.check()
    return set
  }

  /// A copy whose images are resized.
  ///
  /// The stored pixels do not change: each batch is resized when it is made, which costs little
  /// time and saves much memory. Interpolation is linear and antialiased, bit for bit as
  /// torchvision's `Resize` on Pillow's images.
  public func resized(height: Int, width: Int) -> ImageDataset {
    guard height > 0, width > 0 else {
      fail("ImageDataset: images of \(height) rows of \(width) pixels are impossible")
    }
    var set = self
    (set.height, set.width) = (height, width)
    set.resizing =
      (height, width) == storedSize ? nil : Resizing(from: storedSize, to: (height, width))
    return set
  }

  /// A copy of the stored images with rows and columns exchanged.
  func transposed() -> ImageDataset {
    let (height, width) = storedSize
    let turned = [UInt8](uninitialized: pixels.count) { target in
      pixels.withUnsafeBufferPointer { source in
        for start in stride(from: 0, to: source.count, by: height * width) {
          for row in 0..<height {
            for column in 0..<width {
              target[start + column * height + row] = source[start + row * width + column]
            }
          }
        }
      }
    }
    return ImageDataset(
      pixels: turned, labels: labels, channels: channels, height: width, width: height,
      classNames: classNames)
  }

  /// A batch of images `[N, C, H, W]` from 0 to 1 and labels `[N]`.
  public func batch(at indices: [Int]) -> sending Batch<Tensor, IntTensor> {
    checkIndices(indices)
    let size = channels * height * width
    let inputs = Tensor(shape: [indices.count, channels, height, width]) { buffer in
      guard let base = buffer.baseAddress else { return }
      if let resizing {
        let bytes = resized(indices, by: resizing)
        gannet_gather_bytes(bytes, Array(indices.indices), base, 255, indices.count, size)
      } else {
        gannet_gather_bytes(pixels, indices, base, 255, indices.count, size)
      }
    }
    return Batch(
      inputs: inputs,
      targets: IntTensor(indices.map { Int32(labels[$0]) }, shape: [indices.count]))
  }

  /// The image at `index` as a picture, resized where the set is.
  public func image(at index: Int) -> RasterImage {
    checkIndices([index])
    let size = channels * height * width
    let planes =
      resizing.map { resized([index], by: $0) }
      ?? Array(pixels[index * size..<(index + 1) * size])
    return RasterImage(height: height, width: width, channels: channels, planes: planes)
  }

  public func label(at index: Int) -> Int { Int(labels[index]) }

  /// The resized pixels of the images at `indices`, `[N, C, H, W]`.
  private func resized(_ indices: [Int], by resizing: Resizing) -> [UInt8] {
    let (stored, size) = (
      channels * storedSize.height * storedSize.width, channels * height * width
    )
    return [UInt8](uninitialized: indices.count * size) { base in
      pixels.withUnsafeBufferPointer { pixels in
        for (place, index) in indices.enumerated() {
          resizing.apply(
            pixels.baseAddress! + index * stored, to: base + place * size,
            planes: channels)
        }
      }
    }
  }
}
