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
/// skipped. A picture is read from its file when a batch needs it, on the loader's workers:
///
///     let folder = try ImageFolder(contentsOf: url)
///     for fault in folder.check() { print(fault) }
///     let training = folder.transformed {
///       RandomResizedCrop(224)
///       HorizontalFlip()
///       Normalize.imageNet
///     }
///     let loader = DataLoader(training, batchSize: 64, shuffle: true, workers: 2)
public struct ImageFolder: Dataset, ImageSource {
  /// The file of each picture, by class, in the order of the names.
  public let files: [URL]

  /// The class of each picture.
  public let labels: [Int]

  /// The classes' names.
  public let classNames: [String]

  /// Whether batches leave out pictures that cannot be read.
  public let skipsUnreadable: Bool

  private let size: (height: Int, width: Int)?
  private let channels: Int
  private let appliesOrientation: Bool
  private let memory: PictureMemory

  /// Lists the pictures in the order of torchvision's `ImageFolder`.
  ///
  ///     let training = try ImageFolder(contentsOf: trainingFolder, height: 64, width: 64)
  ///     let validation = try ImageFolder(
  ///       contentsOf: validationFolder, height: 64, width: 64, classNames: training.classNames)
  ///
  /// - Parameters:
  ///   - url: The folder of the classes' folders.
  ///   - height: The height to which pictures are resized; by default they keep their sizes, and
  ///     transforms must end in one size.
  ///   - width: The width to which pictures are resized.
  ///   - channels: 3 for RGB, the default, or 1 for grey.
  ///   - classNames: The classes in the order of their labels, of which some may have no folder; by
  ///     default the folders' names, sorted.
  ///   - allowsEmptyClasses: Whether a class's folder may have no pictures; false by default.
  ///   - skipsUnreadable: Whether batches leave out pictures that cannot be read, such as damaged
  ///     ones, and list them in ``unreadable``; by default a batch throws the first one's error.
  ///   - appliesOrientation: Whether to apply the orientation in the files' EXIF or XMP metadata;
  ///     false by default.
  ///   - cacheLimit: The limit of the memory in bytes for pictures that have been read, resized
  ///     where they are, which need not be read again; 0 by default, when none are kept.
  /// - Throws: `FileError`, if a folder is missing, empty or not a class.
  #if !Images
  @available(*, unavailable, message: "reading pictures needs the package's trait Images")
  #endif
  public init(
    contentsOf url: URL, height: Int? = nil, width: Int? = nil, channels: Int = 3,
    classNames: [String]? = nil, allowsEmptyClasses: Bool = false, skipsUnreadable: Bool = false,
    appliesOrientation: Bool = false, cacheLimit: Int = 0
  ) throws {
    guard (height == nil) == (width == nil), min(height ?? 1, width ?? 1) > 0,
      [1, 3].contains(channels)
    else {
      fail(
        """
        ImageFolder: height \(height ?? 0), width \(width ?? 0), \(channels) channels; expected \
        both sizes or none, and 1 or 3 channels
        """)
    }
    let folders = try PictureFiles(url).classes
    let names = classNames ?? folders.map { String(decoding: $0.name, as: UTF8.self) }
    guard !folders.isEmpty else {
      throw FileError(
        .missing, path: url.readablePath,
        "the folder has 0 folders, where at least one class was expected",
        advice: "Put the pictures of each class into a folder of their own.")
    }
    var (files, labels): ([URL], [Int]) = ([], [])
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
      files += pictures
      labels += repeatElement(label, count: pictures.count)
    }
    (self.files, self.labels, self.classNames) = (files, labels, names)
    (self.channels, self.skipsUnreadable) = (channels, skipsUnreadable)
    self.appliesOrientation = appliesOrientation
    size = height.map { ($0, width!) }
    memory = PictureMemory(limit: cacheLimit)
  }

  public var count: Int { files.count }

  public func label(at index: Int) -> Int { labels[index] }

  public func file(at index: Int) -> URL? { files[index] }

  /// The picture at `index`, read from its file unless it is kept in memory.
  ///
  /// - Throws: `FileError`, if the file is missing, damaged, or neither PNG nor JPEG.
  public func image(at index: Int) throws -> RasterImage {
    if let image = memory.image(at: index) { return image }
    do {
      let image = try prepared(
        RasterImage.read(files[index], appliesOrientation: appliesOrientation))
      memory.keep(image, at: index)
      return image
    } catch let error as FileError {
      memory.add(error, at: index)
      throw error
    }
  }

  private func prepared(_ image: RasterImage) -> RasterImage {
    (size.map { image.resized(height: $0.height, width: $0.width) } ?? image).withChannels(channels)
  }

  /// Reads all pictures, on all threads, and returns the errors of those that cannot be read, in
  /// the order of the files.
  public func check() -> [FileError] {
    let errors = Locked<[Int: FileError]>([:])
    ThreadPool.shared.forEach(count, by: 8) { range in
      for index in range {
        do { _ = try RasterImage.read(files[index], appliesOrientation: false) } catch {
          errors.withLock { $0[index] = error as? FileError }
        }
      }
    }
    return errors.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The errors of the pictures that could not be read so far, in the order of the files.
  public var unreadable: [FileError] { memory.errors }

  /// A batch of pictures `[N, C, H, W]` from 0 to 1 and labels `[N]`.
  ///
  /// - Throws: `FileError`, if a picture cannot be read, unless such pictures are skipped and the
  ///   batch has others, or pictures differ in size.
  public func batch(at indices: [Int]) throws -> sending Batch<Tensor, IntTensor> {
    try transformed {}.batch(at: indices)
  }
}

/// The pictures that a folder keeps, and the errors of those that it could not read.
private final class PictureMemory: Sendable {
  private struct State {
    var images: [Int: RasterImage] = [:]
    var errors: [Int: FileError] = [:]
    var rest: Int
  }

  private let state: Locked<State>

  init(limit: Int) { state = Locked(State(rest: limit)) }

  func image(at index: Int) -> RasterImage? { state.withLock { $0.images[index] } }

  /// Keeps a picture, if there is room for it: an epoch needs each once, so that none is better to
  /// keep than another.
  func keep(_ image: RasterImage, at index: Int) {
    state.withLock { state in
      guard image.pixels.count <= state.rest, state.images[index] == nil else { return }
      state.images[index] = image
      state.rest -= image.pixels.count
    }
  }

  func add(_ error: FileError, at index: Int) { state.withLock { $0.errors[index] = error } }

  var errors: [FileError] {
    state.withLock { $0.errors }.sorted { $0.key < $1.key }.map(\.value)
  }
}
