import Foundation
import GannetTensor

/// A safetensors file whose tensors are read one by one.
///
/// `Safetensors.read(from:)` reads them all; this type serves where some are enough, or where their
/// names and shapes decide what is done.
public struct SafetensorsFile {
  /// The writer's texts by name.
  public let metadata: [String: String]

  private let file: InputFile
  private let entries: [String: SafetensorsHeader.Entry]

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError`, if the file is missing or its header is damaged.
  public init(_ url: URL) throws {
    file = try InputFile(url)
    let path = file.path
    guard file.size >= 8 else {
      throw FileError(.truncated, path: path, "the file has \(file.size) bytes, fewer than 8")
    }
    let declared = try file.bytes(in: 0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard declared <= file.size - 8 else {
      throw FileError(
        .truncated, path: path,
        "the header should have \(declared) bytes, but only \(file.size - 8) follow")
    }
    let start = 8 + Int(declared)
    let header = try SafetensorsHeader(file.bytes(in: 8..<start), path: path, dataStart: start)
    metadata = header.metadata
    entries = header.entries
    try checkCoverage(from: start)
  }

  /// The tensors' names, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// The shape of a tensor, or nil where the file has none of that name.
  public func shape(_ name: String) -> Shape? { (entries[name]?.array.shape).map { Shape($0) } }

  /// Reads a tensor, as `Safetensors.read(from:)` does.
  public func tensor(_ name: String) throws -> Tensor { try read(name) }

  /// Reads a tensor of integers; values that 32 bits cannot hold are an error.
  public func integers(_ name: String) throws -> IntTensor { try read(name) }

  private func read<Values: BatchTensor>(_ name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let entry = entries[name] else {
      throw FileError(
        .missing, path: file.path, "the file has no tensor \(name)",
        advice: "It has \(names.joined(separator: ", ")).")
    }
    return try entry.array.read(from: RangeStream(file, range: entry.range), name: name)
  }

  /// Checks that the tensors cover all of the file that follows the header, each byte once.
  private func checkCoverage(from start: Int) throws {
    var end = start
    let ordered = entries.sorted {
      let (a, b) = ($0.value.range, $1.value.range)
      // An empty tensor goes before the one that starts at the same place.
      return (a.lowerBound, a.upperBound) < (b.lowerBound, b.upperBound)
    }
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlaps another tensor" : "follows a gap"
        throw FileError(.corrupt, path: file.path, "the tensor \(name) \(fault)")
      }
      end = entry.range.upperBound
    }
    guard end <= file.size else {
      throw FileError(
        .truncated, path: file.path, "the tensors end at byte \(end), the file at \(file.size)")
    }
    guard end == file.size else {
      throw FileError(
        .tooLarge, path: file.path, "\(file.size - end) bytes follow the last tensor")
    }
  }
}
