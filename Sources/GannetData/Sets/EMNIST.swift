import Foundation
import GannetTensor

/// EMNIST: grey images of handwritten digits and letters, 28 by 28 pixels, in six partitions. G.
/// Cohen et al., "EMNIST: an extension of MNIST to handwritten letters" (2017).
public struct EMNIST: ImageSet {
  /// A choice of images and classes.
  public enum Partition: String, CaseIterable, Sendable {
    /// Digits, upper-case and lower-case letters: 62 classes of unequal size.
    case byClass = "byclass"
    /// As ``byClass``, with the letters in one class whose two cases look alike: 47 classes.
    case byMerge = "bymerge"
    /// The classes of ``byMerge`` in equal numbers.
    case balanced
    /// Letters of either case: 26 classes. The files count them from 1, the labels here from 0.
    case letters
    /// Digits in equal numbers.
    case digits
    /// Digits, as in MNIST.
    case mnist
  }

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of a partition from the files of the set's `gzip.zip`, unpacked, found by
  /// `DatasetLocator` in a folder `emnist`; nothing is downloaded. The number of images is
  /// verified.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - split: The part of it.
  ///   - directory: A folder with the files, or with a folder `gzip` of them, searched before all
  ///     others.
  ///   - isUpright: Whether to exchange rows and columns of the images, which the files hold
  ///     transposed; by default they are as in the files.
  /// - Throws: `FileError`, if a file is missing, damaged or another set's.
  public init(
    _ partition: Partition, split: ImageSplit, directory: URL? = nil, isUpright: Bool = false
  ) throws {
    let images = try partition.files(split).read(directory: directory)
    self.images = isUpright ? images.transposed() : images
  }

  /// Reads other data from files with the names of a part, plain or compressed by gzip, in
  /// `folder`; their number is not verified.
  public init(
    _ partition: Partition, split: ImageSplit, uncheckedFrom folder: URL, isUpright: Bool = false
  ) throws {
    let images = try partition.files(split).read(uncheckedFrom: folder)
    self.images = isUpright ? images.transposed() : images
  }
}

extension EMNIST.Partition {
  /// The classes in the order of their labels.
  public var classNames: [String] {
    func names(_ characters: String) -> [String] { characters.map { "\($0)" } }
    let (digits, upper) = (names("0123456789"), names("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return switch self {
    case .byClass: digits + upper + names("abcdefghijklmnopqrstuvwxyz")
    case .byMerge, .balanced: digits + upper + names("abdefghnqrt")
    case .letters: names("abcdefghijklmnopqrstuvwxyz")
    case .digits, .mnist: digits
    }
  }

  /// The numbers of images for training and testing; the first edition had fewer letters.
  private var counts: [(train: Int, test: Int)] {
    switch self {
    case .byClass, .byMerge: [(697_932, 116_323)]
    case .balanced: [(112_800, 18_800)]
    case .letters: [(124_800, 20_800), (88_800, 14_800)]
    case .digits: [(240_000, 40_000)]
    case .mnist: [(60_000, 10_000)]
    }
  }

  fileprivate func files(_ split: ImageSplit) -> PublishedIDX {
    let name = "emnist-\(rawValue)-\(split.rawValue)"
    return PublishedIDX(
      set: "EMNIST", folder: "emnist", images: ("\(name)-images-idx3-ubyte.gz", nil),
      labels: ("\(name)-labels-idx1-ubyte.gz", nil),
      counts: counts.map { split == .train ? $0.train : $0.test }, classNames: classNames,
      firstLabel: self == .letters ? 1 : 0,
      address: "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip")
  }
}
