import Foundation
import GannetTensor

/// The files of a part of CIFAR-10 or CIFAR-100, in the binary version: records of one or two
/// labels and the pixels of an image, `[3, 32, 32]`.
struct CIFARFiles {
  let set: String
  let folder: String
  /// The published archive.
  let archive: String
  let names: [String]
  /// The number of images in each file.
  let count: Int
  /// The place of the label among the bytes before the pixels, and the number of those.
  let label: (place: Int, size: Int)
  let classNames: [String]

  private static let pixelCount = 3 * 32 * 32
  private var recordSize: Int { label.size + Self.pixelCount }

  /// Reads and verifies the files, found by `DatasetLocator`.
  func read(directory: URL?) throws -> ImageDataset {
    let locator = try DatasetLocator(folder, directory: directory)
    let files = try names.map { name in
      guard let url = locator.find(name) else { throw missing(name, in: locator.folders) }
      return url
    }
    for file in files {
      let size = try InputFile(file).size
      guard size == count * recordSize else {
        throw FileError(
          size < count * recordSize ? .truncated : .tooLarge, path: file.path,
          """
          the file has \(size) bytes, where \(count * recordSize) were expected, \
          \(count) images of \(recordSize)
          """, advice: advice)
      }
    }
    let images = try read(files)
    var found = [Int](repeating: 0, count: classNames.count)
    for label in images.labels { found[Int(label)] += 1 }
    let expected = files.count * count / classNames.count
    guard found.allSatisfy({ $0 == expected }) else {
      throw FileError(
        .corrupt, path: files[0].deletingLastPathComponent().path,
        "the classes have \(found) images, where \(expected) each were expected", advice: advice)
    }
    return images
  }

  /// Reads those files that are in `folder`, of any number of images.
  func read(uncheckedFrom folder: URL) throws -> ImageDataset {
    let files = names.compactMap { DatasetLocator.find($0, in: [folder]) }
    guard !files.isEmpty else { throw missing(names[0], in: [folder]) }
    return try read(files)
  }

  private func read(_ files: [URL]) throws -> ImageDataset {
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for file in files {
      let input = try InputFile(file)
      guard input.size > 0, input.size % recordSize == 0 else {
        throw try FileSignature(input.start)?.error(file.path, expected: "a file of \(set)")
          ?? FileError(
            .corrupt, path: file.path,
            "the file has \(input.size) bytes, which is no multiple of \(recordSize) for an image",
            advice: advice)
      }
      let bytes = try input.bytes()
      for start in stride(from: 0, to: bytes.count, by: recordSize) {
        let own = bytes[start + label.place]
        guard own < classNames.count else {
          throw FileError(
            .corrupt, path: file.path,
            """
            image \(start / recordSize) has label \(own), where 0 to \(classNames.count - 1) \
            were expected
            """, advice: advice)
        }
        labels.append(own)
        pixels += bytes[start + label.size..<start + recordSize]
      }
    }
    return ImageDataset(
      pixels: pixels, labels: labels, channels: 3, height: 32, width: 32, classNames: classNames)
  }

  private func missing(_ name: String, in folders: [URL]) -> FileError {
    // The version for Python has the same names without the ending.
    let other = String(name.dropLast(4))
    if let found = DatasetLocator.find(other, in: folders) {
      return FileError(
        .unsupported, path: found.path, "this is the version for Python of \(set)", advice: advice)
    }
    return FileError(
      .missing, path: name,
      "the file is in none of \(folders.map(\.path).joined(separator: ", "))", advice: advice)
  }

  private var advice: String {
    """
    Unpack \(archive), the binary version, of https://www.cs.toronto.edu/~kriz/cifar.html, and name \
    its folder in GANNET_DATA (--data).
    """
  }
}
