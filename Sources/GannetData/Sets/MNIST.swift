import Foundation
import GannetTensor

/// MNIST: grey images of handwritten digits, 28 by 28 pixels, 60,000 for training and 10,000 for
/// testing. Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits" (1998).
public struct MNIST: ImageSet {
  /// The classes in the order of their labels: the digits.
  public static let classNames = (0...9).map { "\($0)" }

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of the set, found by `DatasetLocator` in a folder `mnist`; nothing is downloaded.
  ///
  /// Compressed files are compared with the MD5 of the published ones, others by the number of
  /// images of each class.
  ///
  /// - Parameters:
  ///   - split: The part of the set.
  ///   - directory: A folder with the set's files, searched before all others.
  /// - Throws: `FileError`, if a file is missing, damaged or another set's.
  public init(split: ImageSplit, directory: URL? = nil) throws {
    images = try Self.files(split).read(directory: directory)
  }

  /// Reads other data from files with the names of a part, plain or compressed by gzip, in
  /// `folder`; no checksum is verified.
  public init(split: ImageSplit, uncheckedFrom folder: URL) throws {
    images = try Self.files(split).read(uncheckedFrom: folder)
  }

  private static func files(_ split: ImageSplit) -> PublishedIDX {
    let isTraining = split == .train
    return PublishedIDX(
      likeMNIST: split, set: "MNIST",
      md5: isTraining
        ? ("f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432")
        : ("9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"),
      classCounts: isTraining
        ? [5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949]
        : [980, 1_135, 1_032, 1_010, 982, 892, 958, 1_028, 974, 1_009],
      classNames: classNames, address: "https://ossci-datasets.s3.amazonaws.com/mnist/")
  }
}

/// Kuzushiji-MNIST: grey images of cursive Japanese characters, one for each row of the hiragana
/// syllabary, 28 by 28 pixels, 60,000 for training and 10,000 for testing. T. Clanuwat et al.,
/// "Deep Learning for Classical Japanese Literature" (2018).
public struct KMNIST: ImageSet {
  /// The classes in the order of their labels: ten hiragana, in Latin letters.
  public static let classNames = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of the set from a folder `kmnist`, as ``MNIST/init(split:directory:)``.
  public init(split: ImageSplit, directory: URL? = nil) throws {
    images = try Self.files(split).read(directory: directory)
  }

  /// Reads other data, as ``MNIST/init(split:uncheckedFrom:)``.
  public init(split: ImageSplit, uncheckedFrom folder: URL) throws {
    images = try Self.files(split).read(uncheckedFrom: folder)
  }

  private static func files(_ split: ImageSplit) -> PublishedIDX {
    let isTraining = split == .train
    return PublishedIDX(
      likeMNIST: split, set: "KMNIST",
      md5: isTraining
        ? ("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344")
        : ("5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"),
      classCounts: .init(repeating: isTraining ? 6_000 : 1_000, count: 10), classNames: classNames,
      address: "http://codh.rois.ac.jp/kmnist/")
  }
}
