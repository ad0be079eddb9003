import Foundation
import GannetData
import GannetTensor

/// A folder of pictures, in a folder of its own for each class:
///
///     flowers/rose/1.jpg
///     flowers/rose/2.png
///     flowers/tulip/1.jpg
///
/// All pictures are read at once, brought to one size and kept as bytes.
public struct ImageFolder: Dataset {
  /// The pictures as bytes, and their classes.
  public let images: ImageDataset

  /// The file of each picture, class by class in the order of the names.
  public let files: [URL]

  /// Reads the files that end in .png, .jpg or .jpeg from the folders in a folder.
  ///
  /// - Parameters:
  ///   - url: The folder of the classes' folders, at most 256; their sorted names are the classes'.
  ///   - height: The height to which each picture is stretched or shrunk.
  ///   - width: The width.
  ///   - channels: 3, or 1 for grey.
  ///   - maximumSize: The most bytes that all pictures may take together: 4 GB unless given.
  /// - Throws: `FileError`, if a folder is missing or without pictures, a picture is damaged, or there
  ///   are too many.
  public init(
    contentsOf url: URL, height: Int, width: Int, channels: Int = 3, maximumSize: Int = 4 << 30
  ) throws {
    let folders = try Self.contents(of: url).filter(Self.isFolder)
    guard (1...256).contains(folders.count) else {
      throw FileError(
        folders.isEmpty ? .missing : .tooLarge, path: url.path,
        "the folder has \(folders.count) folders, where 1 to 256 classes were expected",
        advice: "Put the pictures of each class into a folder of their own.")
    }
    var files: [URL] = []
    var labels: [UInt8] = []
    for (label, folder) in folders.enumerated() {
      let pictures = try Self.contents(of: folder).filter {
        ["png", "jpg", "jpeg"].contains($0.pathExtension.lowercased())
      }
      guard !pictures.isEmpty else {
        throw FileError(
          .missing, path: folder.path, "the class has no picture",
          advice: "Add PNG or JPEG files, or remove the folder.")
      }
      files += pictures
      labels += [UInt8](repeating: UInt8(label), count: pictures.count)
    }
    let size = height * width * channels
    guard files.count <= maximumSize / max(size, 1) else {
      throw FileError(
        .tooLarge, path: url.path,
        "\(files.count) pictures of \(size) bytes exceed the limit of \(maximumSize)",
        advice: "Choose a smaller size, or raise the limit.")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(files.count * size)
    for file in files {
      pixels += try RasterImage(contentsOf: file).resized(height: height, width: width)
        .planes(channels: channels)
    }
    self.files = files
    images = ImageDataset(
      pixels: pixels, labels: labels, channels: channels, height: height, width: width,
      classNames: folders.map(\.lastPathComponent))
  }

  public var count: Int { images.count }

  /// The classes' names.
  public var classNames: [String] { images.classNames }

  /// Pictures `[N, C, H, W]` from 0 to 1, and labels `[N]`.
  public func batch(at indices: [Int]) -> sending Batch<Tensor, IntTensor> {
    images.batch(at: indices)
  }

  /// What is in a folder and not hidden, sorted by name.
  private static func contents(of folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles
      ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw FileError(
        .missing, path: folder.path, "cannot read the folder: \(error.localizedDescription)")
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
