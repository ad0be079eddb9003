import Foundation
import GannetTensor

/// The two IDX files of a part of a published set, and what is known of their content.
struct PublishedIDX {
  /// A file's name, as published, and the MD5 of the published file.
  typealias File = (name: String, md5: String?)

  /// The set's name, and that of its folder.
  let set: String
  let folder: String
  let images: File
  let labels: File
  /// The possible numbers of images.
  let counts: [Int]
  /// The number of images of each class; nil where it is not known.
  var classCounts: [Int]?
  let classNames: [String]
  var firstLabel: UInt8 = 0
  /// The address at which the set is published.
  let address: String

  /// Reads and verifies the files, found by `DatasetLocator`.
  func read(directory: URL?) throws -> ImageDataset {
    let locator = try DatasetLocator(folder, directory: directory)
    let folders = locator.folders.flatMap { [$0, $0.appendingPathComponent("gzip")] }
    func locate(_ file: File) throws -> URL {
      guard let url = DatasetLocator.find(file.name, in: folders) else {
        throw FileError(
          .missing, path: file.name,
          "the file is in none of \(locator.folders.map(\.path).joined(separator: ", "))",
          advice: "Get \(set) from \(address), and name its folder in GANNET_DATA (--data).")
      }
      try verify(url, file)
      return url
    }
    let (imageFile, labelFile) = (try locate(images), try locate(labels))
    let dataset = try read(imageFile, labelFile)
    try verify(dataset, imageFile, labelFile)
    return dataset
  }

  /// Reads files of other content with the same names from `folder`.
  func read(uncheckedFrom folder: URL) throws -> ImageDataset {
    try read(
      DatasetLocator.require(images.name, in: folder),
      DatasetLocator.require(labels.name, in: folder))
  }

  private func read(_ images: URL, _ labels: URL) throws -> ImageDataset {
    try ImageDataset(
      images: images, labels: labels, classNames: classNames, firstLabel: firstLabel)
  }

  /// Compares a compressed file, which is as it was published, with its checksum.
  private func verify(_ url: URL, _ file: File) throws {
    guard let md5 = file.md5, url.pathExtension == "gz" else { return }
    do { try Digest.md5(md5).verify(url) } catch let error as FileError where error.kind == .corrupt
    {
      throw FileError(
        .corrupt, path: url.path, "this is not \(set)'s file: \(error.problem)", advice: advice)
    }
  }

  private func verify(_ dataset: ImageDataset, _ images: URL, _ labels: URL) throws {
    let shape = [dataset.count, dataset.height, dataset.width]
    guard counts.contains(dataset.count), shape[1...] == [28, 28] else {
      throw FileError(
        .unsupported, path: images.path,
        "the images are \(shape), where \([counts[0], 28, 28]) were expected", advice: advice)
    }
    var found = [Int](repeating: 0, count: classNames.count)
    for label in dataset.labels { found[Int(label)] += 1 }
    guard classCounts == nil || found == classCounts else {
      throw FileError(
        .unsupported, path: labels.path, "the numbers of the labels \(found) are not \(set)'s",
        advice: advice)
    }
    guard !FashionMNIST.holds(dataset.pixels) else {
      throw FileError(
        .unsupported, path: images.path,
        "the images are Fashion-MNIST's, whose files have the same names", advice: advice)
    }
  }

  private var advice: String {
    "Name the folder of \(set), or read data of your own by init(uncheckedFrom:)."
  }
}

extension PublishedIDX {
  /// A part of a set that has the names and sizes of MNIST's files.
  ///
  /// - Parameters:
  ///   - md5: The MD5 of the files of images and of labels.
  ///   - classCounts: The number of images of each class.
  init(
    likeMNIST split: ImageSplit, set: String, md5: (images: String, labels: String),
    classCounts: [Int], classNames: [String], address: String
  ) {
    let name = split == .train ? "train" : "t10k"
    self.init(
      set: set, folder: set.lowercased(), images: ("\(name)-images-idx3-ubyte.gz", md5.images),
      labels: ("\(name)-labels-idx1-ubyte.gz", md5.labels),
      counts: [split == .train ? 60_000 : 10_000], classCounts: classCounts,
      classNames: classNames, address: address)
  }
}
