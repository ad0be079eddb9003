import Foundation
import GannetTensor

/// Reader and writer of NumPy's .npz archives of named arrays, as `numpy.savez` and
/// `numpy.savez_compressed` write them.
public enum NPZ {
  /// Reads all arrays of an archive, each as `NPY.read(from:)` does.
  ///
  /// Entries that are not arrays are skipped; `NPZFile.otherEntries` lists them.
  ///
  /// - Throws: `FileError`, if the archive is missing or damaged, or an array in it is damaged or
  ///   has an integer without an equal float.
  public static func read(from url: URL) throws -> [String: Tensor] {
    try NPZFile(url).arrays.all()
  }

  /// Writes arrays in single precision and arrays of 32-bit integers, in the order of their names.
  ///
  /// An existing file is replaced only by a complete one.
  ///
  /// - Parameters:
  ///   - tensors: The arrays of floats by name.
  ///   - integers: The arrays of integers by name; names differ from those of `tensors`.
  ///   - url: The file.
  ///   - compressed: Whether to deflate the content.
  /// - Throws: `FileError`, if the file cannot be written, or would be larger than 4 GB.
  public static func write(
    _ tensors: [String: Tensor], integers: [String: IntTensor] = [:], to url: URL,
    compressed: Bool = false
  ) throws {
    if let name = tensors.keys.filter({ integers[$0] != nil }).min() {
      fail("NPZ: the name \(name) is used for two arrays")
    }
    try OutputFile.write(to: url) { file in
      var archive = ZipWriter(file, path: url.path)
      for name in (Array(tensors.keys) + integers.keys).sorted() {
        let content =
          tensors[name].map { tensor in
            NPYHeader.bytes(type: "<f4", shape: Array(tensor.shape))
              + tensor.withScalars { Array(UnsafeRawBufferPointer($0)) }
          }
          ?? NPYHeader.bytes(type: "<i4", shape: Array(integers[name]!.shape))
          + integers[name]!.scalars.withUnsafeBytes { Array($0) }
        try content.withUnsafeBytes {
          try archive.add("\(name).npy", $0, compressed: compressed)
        }
      }
      try archive.finish()
    }
  }
}

/// An .npz archive, read one array at a time.
public struct NPZFile {
  fileprivate let arrays: TensorTable<NPZArray>

  /// The names of the entries that are not arrays, in the archive's order.
  public let otherEntries: [String]

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: `FileError`, if the archive is missing, its directory is damaged or no entry is an
  ///   array.
  public init(_ url: URL) throws {
    let archive = try ZipArchive(url)
    var others: [String] = []
    var arrays: [(ExactKey<String>, ZipArchive.Entry)] = []
    for entry in archive.entries {
      if entry.name.utf8.suffix(4).elementsEqual(Self.suffix.utf8) {
        arrays.append(
          (ExactKey(String(decoding: entry.name.utf8.dropLast(4), as: UTF8.self)), entry))
      } else if Self.isArray(entry, in: archive) {
        arrays.append((ExactKey(entry.name), entry))
      } else {
        others.append(entry.name)
      }
    }
    otherEntries = others
    guard others.isEmpty || !arrays.isEmpty else {
      throw try FileSignature(archive.start)?.error(url.path, expected: "an .npz archive")
        ?? FileError(.unsupported, path: url.path, "the archive has no arrays")
    }
    let entries = try Dictionary(arrays) { _, second in
      throw FileError(.corrupt, path: url.path, "the archive has two arrays \(second.name)")
    }
    self.arrays = TensorTable(
      entries.mapValues { NPZArray(archive: archive, entry: $0) }, path: archive.path,
      .init(container: "archive", element: "array", reader: "NPZFile"))
  }

  private static let suffix = ".npy"

  /// Whether an entry without the suffix `.npy` is an array: it begins with the magic number, as in
  /// NumPy.
  private static func isArray(_ entry: ZipArchive.Entry, in archive: ZipArchive) -> Bool {
    // Damaged and unsupported entries are rejected only when they are read.
    (try? archive.stream(entry).prefix(6)) == NPYHeader.magic
  }

  /// The arrays' names, sorted.
  public var names: [String] { arrays.names }

  /// Reads an array, as `NPY.read(from:)` does.
  public func tensor(_ name: String) throws -> Tensor { try arrays.read(name) }

  /// Reads an array of integers, as `NPY.readIntegers(from:)` does.
  public func integers(_ name: String) throws -> IntTensor { try arrays.read(name) }
}

/// An array in an archive, in NumPy's format.
private struct NPZArray: StoredTensor {
  let archive: ZipArchive
  let entry: ZipArchive.Entry

  func read<Values: BatchTensor>(as name: String) throws -> Values
  where Values.Scalar: FileScalar {
    try NPY.values(archive.stream(entry), name: name)
  }
}
