import Foundation
import GannetTensor

/// Named arrays in NumPy's .npz archives, as `numpy.savez` and `numpy.savez_compressed` write them.
public enum NPZ {
  /// Reads all arrays of an archive, each as `NPY.read(from:)` does.
  ///
  /// - Throws: `FileError`, if the archive is missing or damaged, or an array in it is damaged or has
  ///   a value that no float is equal to.
  public static func read(from url: URL) throws -> [String: Tensor] {
    let file = try NPZFile(url)
    return try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.tensor($0)) })
  }

  /// Writes arrays in single precision and arrays of 32-bit integers, in the order of their names.
  ///
  /// The file appears when it is complete; until then one that has its name stays as it was.
  ///
  /// - Parameters:
  ///   - tensors: The arrays of floats by name.
  ///   - integers: The arrays of integers by name, none of which is among the others.
  ///   - url: The file.
  ///   - compressed: Whether the archive's content is deflated.
  /// - Throws: `FileError`, if the file cannot be written, or would be larger than 4 GB.
  public static func write(
    _ tensors: [String: Tensor], integers: [String: IntTensor] = [:], to url: URL,
    compressed: Bool = false
  ) throws {
    if let name = tensors.keys.first(where: { integers[$0] != nil }) {
      fail("NPZ: the name \(name) stands for two arrays")
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

/// A .npz archive whose arrays are read one by one.
public struct NPZFile {
  private let archive: ZipArchive
  private let entries: [String: ZipArchive.Entry]

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: `FileError`, if the archive is missing or its directory is damaged.
  public init(_ url: URL) throws {
    archive = try ZipArchive(url)
    entries = try Dictionary(
      archive.entries.map { entry in
        (entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name, entry)
      },
      uniquingKeysWith: { _, second in
        throw FileError(.corrupt, path: url.path, "the archive has two arrays \(second.name)")
      })
  }

  /// The arrays' names, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Reads an array, as `NPY.read(from:)` does.
  public func tensor(_ name: String) throws -> Tensor { try read(name) }

  /// Reads an array of integers, as `NPY.readIntegers(from:)` does.
  public func integers(_ name: String) throws -> IntTensor { try read(name) }

  private func read<Values: BatchTensor>(_ name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let entry = entries[name] else {
      throw FileError(
        .missing, path: archive.path, "the archive has no array \(name)",
        advice: "It has \(names.joined(separator: ", ")).")
    }
    return try NPY.values(archive.stream(entry), name: name)
  }
}
