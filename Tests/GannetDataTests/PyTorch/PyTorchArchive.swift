import Foundation
import GannetData
import TestSupport

/// The folder of the files that `scripts/fixtures/pytorch_files.py` wrote.
let pyTorchFiles = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Fixtures/pytorch")

/// An archive as `torch.save` writes it, of a pickle and of storages by key.
func pyTorchArchive(
  _ pickle: [UInt8], storages: [(String, [UInt8])] = [], others: [(String, [UInt8])] = [],
  compressed: Bool = false
) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let url = folder.file("x.pt")
  try OutputFile.write(to: url) { file in
    var archive = ZipWriter(file, path: url.path)
    let entries = [("data.pkl", pickle)] + others + storages.map { ("data/\($0.0)", $0.1) }
    for (name, bytes) in entries {
      try bytes.withUnsafeBytes {
        try archive.add("archive/\(name)", $0, compressed: compressed)
      }
    }
    try archive.finish()
  }
  return try Array(Data(contentsOf: url))
}

/// Bytes of a pickle's operations.
enum Pickled {
  static let start: [UInt8] = [0x80, 2]
  static let end = Array(".".utf8)

  static func text(_ text: String) -> [UInt8] { [0x8c, UInt8(text.utf8.count)] + text.utf8 }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  static func integer(_ value: Int) -> [UInt8] {
    [0x8a, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] {
    Array("(".utf8) + items.joined() + Array("t".utf8)
  }

  /// A tensor of a storage.
  static func tensor(
    _ shape: [Int], strides: [Int], offset: Int = 0, key: String = "0", count: Int,
    type: String = "FloatStorage"
  ) -> [UInt8] {
    let storage =
      tuple([
        text("storage"), global("torch", type), text(key), text("cpu"), integer(count),
      ]) + Array("Q".utf8)
    return global("torch._utils", "_rebuild_tensor_v2")
      + tuple([
        storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)),
        [0x89], Array("}".utf8),
      ]) + Array("R".utf8)
  }

  /// A dictionary of values that are pickled themselves.
  static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
    Array("}(".utf8) + items.flatMap { text($0.0) + $0.1 } + Array("u".utf8)
  }

  static func file(_ items: [(String, [UInt8])]) -> [UInt8] { start + dictionary(items) + end }
}
