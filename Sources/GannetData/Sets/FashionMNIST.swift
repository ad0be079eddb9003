import Foundation
import GannetTensor

/// Fashion-MNIST: grey images of clothing, 28 by 28 pixels in ten classes, 60,000 for training and
/// 10,000 for testing.
///
/// H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
/// Learning Algorithms" (2017); Dive into Deep Learning, section 4.2.
public struct FashionMNIST: ImageSet {
  /// The part of the set: training or test.
  public typealias Split = ImageSplit

  /// The classes in the order of their labels.
  public static let classNames = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of the set, located by `DatasetLocator`, and verifies its checksum, because other
  /// sets, such as MNIST, have files of the same names.
  ///
  /// - Parameters:
  ///   - split: The part of the set.
  ///   - directory: A folder with the set's four files, searched before all others.
  /// - Throws: `FileError`, if the set is not found and cannot be downloaded, or a file is damaged
  ///   or is not Fashion-MNIST.
  public init(split: Split, directory: URL? = nil) throws {
    let locator = try DatasetLocator(
      "fashion-mnist", directory: directory,
      systemFolder: URL(fileURLWithPath: "/usr/share/datasets/fashion-mnist"),
      debianPackage: "dataset-fashion-mnist")
    let imageFile = try locator.locate(split.imageFile)
    let labelFile = try locator.locate(split.labelFile)
    images = try ImageDataset(images: imageFile, labels: labelFile, classNames: Self.classNames)
    let shape = [images.count, images.height, images.width]
    guard shape == [split.count, 28, 28] else {
      throw FileError(
        .unsupported, path: imageFile.path,
        "the images are \(shape), where \([split.count, 28, 28]) were expected",
        advice: Self.advice)
    }
    try Self.compare(images.pixels, split.checksums.images, imageFile)
    try Self.compare(images.labels, split.checksums.labels, labelFile)
  }

  /// Reads other data, such as a corrected or a smaller set, from files with the names of a part.
  ///
  /// No checksum is verified, and no other folder is searched.
  ///
  /// - Parameters:
  ///   - split: The part of the set.
  ///   - folder: The folder with the part's two files, plain or compressed by gzip.
  /// - Throws: `FileError`, if a file is missing or damaged, or has more than ten classes.
  public init(split: Split, uncheckedFrom folder: URL) throws {
    images = try ImageDataset(
      images: DatasetLocator.require(split.imageFile.name, in: folder),
      labels: DatasetLocator.require(split.labelFile.name, in: folder),
      classNames: Self.classNames)
  }

  /// Verifies the bytes of images or labels against the published checksum.
  private static func compare(_ bytes: [UInt8], _ expected: UInt, _ file: URL) throws {
    let found = bytes.withUnsafeBytes { crc32(0, $0) }
    guard found == expected else {
      throw FileError(
        .unsupported, path: file.path,
        """
        the content is not Fashion-MNIST's (CRC-32 \(String(found, radix: 16)), where \
        \(String(expected, radix: 16)) was expected): MNIST's digits, whose files have the same \
        names, or edited data
        """, advice: advice)
    }
  }

  private static let advice =
    "Name the folder of Fashion-MNIST, or read data of your own by init(split:uncheckedFrom:)."

  /// Whether `pixels` are those of a part of the set.
  static func holds(_ pixels: [UInt8]) -> Bool {
    let found = pixels.withUnsafeBytes { crc32(0, $0) }
    return ImageSplit.allCases.contains { $0.checksums.images == found }
  }
}

extension ImageSplit {
  fileprivate var count: Int {
    switch self {
    case .train: 60_000
    case .test: 10_000
    }
  }

  /// CRC-32 of the images' and the labels' bytes, of the content because files may be recompressed
  /// or decompressed.
  fileprivate var checksums: (images: UInt, labels: UInt) {
    switch self {
    case .train: (0xae65_dccd, 0x2ed6_e46a)
    case .test: (0x1272_8439, 0x242b_c73f)
    }
  }

  fileprivate var imageFile: DatasetFile {
    switch self {
    case .train:
      .published(
        "train-images-idx3-ubyte.gz", 26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84")
    case .test:
      .published(
        "t10k-images-idx3-ubyte.gz", 4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073")
    }
  }

  fileprivate var labelFile: DatasetFile {
    switch self {
    case .train:
      .published(
        "train-labels-idx1-ubyte.gz", 29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845")
    case .test:
      .published(
        "t10k-labels-idx1-ubyte.gz", 5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")
    }
  }
}

extension DatasetFile {
  fileprivate static func published(_ name: String, _ size: Int, _ sha256: String) -> DatasetFile {
    let folder = URL(
      string: "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion")!
    return DatasetFile(
      name: name, source: folder.appendingPathComponent(name), size: size, digest: .sha256(sha256))
  }
}
