import Foundation
import GannetData
import GannetTensor

/// A data set of the pictures in a folder, which has a folder for each class:
///
///     flowers/rose/1.jpg
///     flowers/rose/2.png
///     flowers/tulip/1.jpg
///
/// Nested folders belong to the class. Symbolic links are followed; hidden files (".name") are
/// skipped. All pictures are read at once, resized to one size and kept as bytes.
public struct ImageFolder: Dataset {
  /// The pictures as bytes, with their classes.
  public let images: ImageDataset

  /// The file of each picture, by class, in the order of the names.
  public let files: [URL]

  /// The error of each skipped file.
  public let skipped: [FileError]

  /// Reads the pictures in the order of torchvision's `ImageFolder`.
  ///
  ///     let training = try ImageFolder(contentsOf: trainingFolder, height: 64, width: 64)
  ///     let validation = try ImageFolder(
  ///       contentsOf: validationFolder, height: 64, width: 64, classNames: training.classNames)
  ///
  /// - Parameters:
  ///   - url: The folder of the classes' folders.
  ///   - height: The height to which pictures are resized.
  ///   - width: The width to which pictures are resized.
  ///   - channels: 3 for RGB, the default, or 1 for grey.
  ///   - classNames: The classes in the order of their labels, at most 256, of which some may have
  ///     no folder; by default the folders' names, sorted.
  ///   - allowsEmptyClasses: Whether a class's folder may have no pictures; false by default.
  ///   - skipsUnreadable: Whether to skip pictures that cannot be read, such as damaged ones, and
  ///     list them in `skipped`; false by default.
  ///   - appliesOrientation: Whether to apply the orientation in the files' EXIF or XMP metadata;
  ///     false by default.
  ///   - maximumSize: The limit of the total size in bytes; 4 GB by default.
  /// - Throws: `FileError`, if a folder is missing, empty or not a class, a picture is damaged, or
  ///   there are too many.
  #if !Images
  @available(*, unavailable, message: "reading pictures needs the package's trait Images")
  #endif
  public init(
    contentsOf url: URL, height: Int, width: Int, channels: Int = 3, classNames: [String]? = nil,
    allowsEmptyClasses: Bool = false, skipsUnreadable: Bool = false,
    appliesOrientation: Bool = false, maximumSize: Int = 4 << 30
  ) throws {
    let folders = try PictureFiles(url).classes
    let names = classNames ?? folders.map { String(decoding: $0.name, as: UTF8.self) }
    guard !folders.isEmpty, names.count <= 256 else {
      throw FileError(
        folders.isEmpty ? .missing : .tooLarge, path: url.readablePath,
        "the folder has \(folders.count) folders, where 1 to 256 classes were expected",
        advice: "Put the pictures of each class into a folder of their own.")
    }
    var found: [(file: URL, label: UInt8)] = []
    for (number, folder) in folders.enumerated() {
      let label =
        classNames == nil ? number : names.firstIndex { $0.utf8.elementsEqual(folder.name) }
      guard let label else {
        throw FileError(
          .unsupported, path: folder.url.readablePath,
          "the folder is none of the \(names.count) classes that are named",
          advice: "Remove it, or add its name to the classes.")
      }
      let pictures = try PictureFiles(folder.url).pictures()
      guard !pictures.isEmpty || allowsEmptyClasses else {
        throw FileError(
          .missing, path: folder.url.readablePath, "the class has no picture",
          advice: "Add PNG or JPEG files, remove the folder, or allow empty classes.")
      }
      found += pictures.map { (file: $0, label: UInt8(label)) }
    }
    let size = height * width * channels
    guard found.count <= maximumSize / max(size, 1) else {
      throw FileError(
        .tooLarge, path: url.readablePath,
        "\(found.count) pictures of \(size) bytes exceed the limit of \(maximumSize)",
        advice: "Choose a smaller size, or raise the limit.")
    }
    var (pixels, labels, files, skipped): ([UInt8], [UInt8], [URL], [FileError]) = ([], [], [], [])
    pixels.reserveCapacity(found.count * size)
    for (file, label) in found {
      do {
        pixels += try RasterImage.read(file, appliesOrientation: appliesOrientation)
          .resized(height: height, width: width).planes(channels: channels)
        labels.append(label)
        files.append(file)
      } catch let error as FileError where skipsUnreadable {
        skipped.append(error)
      }
    }
    (self.files, self.skipped) = (files, skipped)
    images = ImageDataset(
      pixels: pixels, labels: labels, channels: channels, height: height, width: width,
      classNames: names)
  }

  public var count: Int { images.count }

  /// The classes' names.
  public var classNames: [String] { images.classNames }

  /// A batch of pictures `[N, C, H, W]` from 0 to 1 and labels `[N]`.
  public func batch(at indices: [Int]) -> sending Batch<Tensor, IntTensor> {
    images.batch(at: indices)
  }
}
