import Foundation
import GannetTensor

/// A file of `torch.save` (`.pt`, `.pth`) with a dictionary of tensors, read one tensor at a time.
///
/// Such a file is a zip archive of a pickle, a program that in Python may run any code, and the
/// storages of the tensors. Here the pickle may only build tensors and containers of them; another
/// class or function is refused by its name. Files from before PyTorch 1.6, which are not archives,
/// and TorchScript's are refused as well.
public struct PyTorchFile {
  /// The keys in the dictionary whose values are not tensors, sorted.
  public let otherEntries: [String]

  private let archive: ZipArchive
  private let storages: [String: ZipArchive.Entry]
  private let views: [ExactKey<String>: PyTorchView]
  private let isBigEndian: Bool

  /// Advice on files that hold more than tensors.
  static let advice =
    "In Python, load it with torch.load and save its state dictionary alone, "
    + "or write it with safetensors.torch.save_file."

  /// Opens a file and reads its names and shapes.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - key: The key of the dictionary to read, in a file of several: `"state_dict"`. By default it
  ///     is the file's own dictionary or, where that has no tensors, the only one in it that has.
  /// - Throws: `FileError`, if the file is missing, damaged, of another format, or holds more than
  ///   tensors, or if the dictionary is not found.
  public init(_ url: URL, under key: String? = nil) throws {
    archive = try Self.open(url)
    let path = archive.path
    guard let pickle = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw try FileSignature(archive.start)?.error(path, expected: "an archive of torch.save")
        ?? FileError(.unsupported, path: path, "the archive is not one of torch.save")
    }
    let folder = String(pickle.name.dropLast("data.pkl".count))
    guard archive.entry(folder + "constants.pkl") == nil else {
      throw FileError(
        .unsupported, path: path, "this is a program of TorchScript",
        advice: "In Python, save torch.jit.load(path).state_dict().")
    }
    // A compressed pickle could grow a thousandfold.
    guard pickle.method == 0, pickle.size <= 1 << 26 else {
      throw FileError(
        .tooLarge, path: path, "its pickle is compressed or has more than 64 MB",
        advice: Self.advice)
    }
    isBigEndian = try archive.isBigEndian(folder)
    var machine = PickleMachine(try archive.bytes(pickle), path: path)
    let root = try machine.run()
    let dictionary = try machine.heap.stateDictionary(root, under: key, path: path)
    storages = archive.storages(folder + "data/")
    (views, otherEntries) = try machine.heap.views(of: dictionary, path: path)
    try checkStorages()
  }

  /// The tensors' names, sorted.
  public var names: [String] { views.keys.map(\.value).sortedByScalars() }

  /// The shape of a tensor; nil where the dictionary has no tensor of that name.
  public func shape(_ name: String) -> Shape? { (views[ExactKey(name)]?.shape).map { Shape($0) } }

  /// Reads a tensor, as `PyTorch.read(from:under:)` does. Names are compared by Unicode scalars.
  public func tensor(_ name: String) throws -> Tensor { try read(name) }

  /// Reads a tensor of integers; values beyond 32 bits are an error.
  public func integers(_ name: String) throws -> IntTensor { try read(name) }

  private func read<Values: BatchTensor>(_ name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let view = views[ExactKey(name)] else {
      throw FileError(
        .missing, path: archive.path, "the file has no tensor \(name)",
        advice: names.advice(insteadOf: name))
    }
    return try view.values(
      in: archive.bytes(storages[view.key]!), isBigEndian: isBigEndian, path: archive.path,
      name: name)
  }

  /// All tensors; equal views of a storage, as tied weights are, share memory.
  func tensors() throws -> [String: Tensor] {
    try checkProportion()
    var (storage, bytes) = ("", [UInt8]())
    var made: [PyTorchView: Tensor] = [:]
    // Each storage is read once: its views follow one another.
    let ordered = views.sorted { ($0.value.key, $0.key.value) < ($1.value.key, $1.key.value) }
    for (name, view) in ordered where made[view] == nil {
      if view.key != storage || bytes.isEmpty {
        (storage, bytes) = (view.key, try archive.bytes(storages[view.key]!))
      }
      made[view] = try view.values(
        in: bytes, isBigEndian: isBigEndian, path: archive.path, name: name.value)
    }
    return try Dictionary(of: names, path: archive.path, readOneByOneWith: "PyTorchFile") {
      made[views[ExactKey($0)]!]!
    }
  }

  /// Checks that the archive has the storages, of the sizes that the pickle gives.
  private func checkStorages() throws {
    for (name, view) in views {
      guard let entry = storages[view.key] else {
        throw FileError(
          .corrupt, path: archive.path, "the archive lacks the elements of \(name.value)")
      }
      guard view.byteCount == entry.size else {
        throw FileError(
          .corrupt, path: archive.path,
          "the archive has \(entry.size) bytes for \(name.value), whose storage has"
            + " \(view.storageCount) elements of type \(view.scalarType)")
      }
    }
  }

  /// Checks that different views of the same storages do not multiply the file's size.
  private func checkProportion() throws {
    let different = Set(views.values)
    let wanted = different.reduce(0.0) { $0 + Double($1.count) }
    let stored = Dictionary(different.map { ($0.key, $0.storageCount) }) { first, _ in first }
      .values.reduce(0.0) { $0 + Double($1) }
    guard wanted <= 8 * stored else {
      throw FileError(
        .tooLarge, path: archive.path,
        "its tensors overlap: they have more than eight times the elements of their storages",
        advice: "Read them one by one with PyTorchFile, or save clones of them.")
    }
  }

  private static func open(_ url: URL) throws -> ZipArchive {
    let file = try InputFile(url)
    if let signature = try FileSignature(file.start), !signature.isZip {
      throw signature.error(file.path, expected: "an archive of torch.save")
    }
    return try ZipArchive(url)
  }
}

extension ZipArchive {
  fileprivate func entry(_ name: String) -> Entry? { entries.first { $0.name.isExactly(name) } }

  /// Whether the storages in `folder` have the highest byte of a number first.
  fileprivate func isBigEndian(_ folder: String) throws -> Bool {
    guard let entry = entry(folder + "byteorder") else { return false }
    switch entry.size <= 6 ? String(decoding: try bytes(entry), as: UTF8.self) : "" {
    case "little": return false
    case "big": return true
    default: throw FileError(.corrupt, path: path, "the archive has an unknown order of bytes")
    }
  }

  /// The entries in `folder` by their names in it.
  fileprivate func storages(_ folder: String) -> [String: Entry] {
    var storages: [String: Entry] = [:]
    for entry in entries where entry.name.hasPrefix(folder) {
      storages[String(entry.name.dropFirst(folder.count))] = entry
    }
    return storages
  }
}
