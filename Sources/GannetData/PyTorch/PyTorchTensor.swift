import GannetTensor

/// A tensor of a file of `torch.save`: a view of a storage in the archive.
struct PyTorchTensor: StoredTensor {
  let view: PyTorchView
  private let archive: ZipArchive
  private let storage: ZipArchive.Entry
  private let isBigEndian: Bool

  /// Checks that the storage has the size that the pickle gives.
  fileprivate init(
    _ name: String, _ view: PyTorchView, of storage: ZipArchive.Entry?, in archive: ZipArchive,
    isBigEndian: Bool
  ) throws {
    guard let storage else {
      throw FileError(.corrupt, path: archive.path, "the archive lacks the elements of \(name)")
    }
    guard view.byteCount == storage.size else {
      throw FileError(
        .corrupt, path: archive.path,
        "the archive has \(storage.size) bytes for \(name), whose storage has"
          + " \(view.storageCount) elements of type \(view.scalarType)")
    }
    (self.view, self.storage, self.archive) = (view, storage, archive)
    self.isBigEndian = isBigEndian
  }

  var shape: Shape { Shape(view.shape) }

  func read<Values: BatchTensor>(as name: String) throws -> Values
  where Values.Scalar: FileScalar {
    try values(in: bytesOfStorage(), name: name)
  }

  fileprivate func bytesOfStorage() throws -> [UInt8] { try archive.bytes(storage) }

  fileprivate func values<Values: BatchTensor>(in bytes: [UInt8], name: String) throws -> Values
  where Values.Scalar: FileScalar {
    try view.values(in: bytes, isBigEndian: isBigEndian, path: archive.path, name: name)
  }
}

extension TensorTable<PyTorchTensor> {
  /// Makes the table of the views that the pickle in a folder of the archive has built.
  init(_ views: [ExactKey<String>: PyTorchView], in archive: ZipArchive, _ folder: String) throws {
    let isBigEndian = try archive.isBigEndian(folder)
    let storages = archive.storages(folder + "data/")
    let tensors = try views.map { name, view in
      let tensor = try PyTorchTensor(
        name.value, view, of: storages[view.key], in: archive, isBigEndian: isBigEndian)
      return (name, tensor)
    }
    self.init(
      Dictionary(uniqueKeysWithValues: tensors), path: archive.path,
      .init(container: "file", element: "tensor", reader: "PyTorchFile"))
  }

  /// All tensors; each storage is read once, and equal views of it, as tied weights are, share
  /// memory.
  func allByStorage() throws -> [String: Tensor] {
    try checkProportion()
    var (storage, bytes) = ("", [UInt8]())
    var made: [PyTorchView: Tensor] = [:]
    // The views of a storage follow one another.
    let ordered = tensors.sorted {
      ($0.value.view.key, $0.key.value) < ($1.value.view.key, $1.key.value)
    }
    for (name, tensor) in ordered where made[tensor.view] == nil {
      if tensor.view.key != storage || bytes.isEmpty {
        (storage, bytes) = (tensor.view.key, try tensor.bytesOfStorage())
      }
      made[tensor.view] = try tensor.values(in: bytes, name: name.value)
    }
    return try all { made[self[$0]!.view]! }
  }

  /// Checks that different views of the same storages do not multiply the file's size.
  private func checkProportion() throws {
    let different = Set(tensors.values.map(\.view))
    let wanted = different.reduce(0.0) { $0 + Double($1.count) }
    let stored = Dictionary(different.map { ($0.key, $0.storageCount) }) { first, _ in first }
      .values.reduce(0.0) { $0 + Double($1) }
    guard wanted <= 8 * stored else {
      throw FileError(
        .tooLarge, path: path,
        "its tensors overlap: they have more than eight times the elements of their storages",
        advice: "Read them one by one with PyTorchFile, or save clones of them.")
    }
  }
}

extension ZipArchive {
  func entry(_ name: String) -> Entry? { entries.first { $0.name.isExactly(name) } }

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
