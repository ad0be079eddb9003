import Foundation
import GannetTensor

/// A safetensors file, read one tensor at a time.
///
/// Use it to inspect names and shapes or to read some of the tensors; `Safetensors.read(from:)`
/// reads them all.
public struct SafetensorsFile {
  /// The file's metadata: texts by name.
  public let metadata: [String: String]

  private let file: InputFile
  private let entries: [ExactKey<String>: SafetensorsHeader.Entry]

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError`, if the file is missing or its header is damaged.
  public init(_ url: URL) throws {
    file = try InputFile(url)
    let path = file.path
    let signature = try FileSignature(file.start)
    guard file.size >= 8 else {
      throw signature?.error(path, expected: "a safetensors file")
        ?? FileError(.truncated, path: path, "the file has \(file.size) bytes, fewer than 8")
    }
    let declared = try file.bytes(in: 0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard declared <= file.size - 8 else {
      if let signature { throw signature.error(path, expected: "a safetensors file") }
      throw FileError(
        .truncated, path: path,
        "the header should have \(declared) bytes, but only \(file.size - 8) follow")
    }
    let start = 8 + Int(declared)
    let text = try file.bytes(in: 8..<start)
    let opening = text.first { !HeaderScanner.spaces.contains($0) }
    if let signature, opening != UInt8(ascii: "{") {
      throw signature.error(path, expected: "a safetensors file")
    }
    let header = try SafetensorsHeader(text, path: path, dataStart: start)
    metadata = header.metadata
    entries = header.entries
    try checkCoverage(from: start)
  }

  /// The tensors' names, sorted.
  public var names: [String] { entries.keys.map(\.value).sortedByScalars() }

  /// The shape of a tensor, also of an unsupported type; nil where the file has no tensor of that
  /// name.
  public func shape(_ name: String) -> Shape? { (entries[ExactKey(name)]?.shape).map { Shape($0) } }

  /// Reads a tensor, as `Safetensors.read(from:)` does. Names are compared by Unicode scalars.
  public func tensor(_ name: String) throws -> Tensor { try read(name) }

  /// Reads a tensor of integers; values beyond 32 bits are an error.
  public func integers(_ name: String) throws -> IntTensor { try read(name) }

  private func read<Values: BatchTensor>(_ name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let entry = entries[ExactKey(name)] else {
      throw FileError(
        .missing, path: file.path, "the file has no tensor \(name)",
        advice: names.advice(insteadOf: name))
    }
    guard let type = ScalarType(safetensorsName: entry.type) else {
      throw FileError(
        .unsupported, path: file.path, "the tensor \(name) has the unknown type \(entry.type)",
        advice: "Convert it, or read the other tensors one by one with SafetensorsFile.")
    }
    return try StoredArray(scalarType: type, shape: entry.shape)
      .read(from: RangeStream(file, range: entry.range), name: name)
  }

  /// Checks that the tensors cover each byte after the header exactly once.
  private func checkCoverage(from start: Int) throws {
    var end = start
    let ordered = entries.sorted {
      let (a, b) = ($0.value.range, $1.value.range)
      // An empty tensor comes before another that starts at the same offset.
      return (a.lowerBound, a.upperBound) < (b.lowerBound, b.upperBound)
    }
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlaps another tensor" : "follows a gap"
        throw FileError(.corrupt, path: file.path, "the tensor \(name.value) \(fault)")
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
