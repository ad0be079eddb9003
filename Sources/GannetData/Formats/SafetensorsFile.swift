import Foundation
import GannetTensor

/// A safetensors file, read one tensor at a time.
///
/// Use it to inspect names and shapes or to read some of the tensors; `Safetensors.read(from:)`
/// reads them all.
public struct SafetensorsFile {
  /// The file's metadata: texts by name.
  public let metadata: [String: String]

  let tensors: TensorTable<SafetensorsTensor>

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError`, if the file is missing or its header is damaged.
  public init(_ url: URL) throws {
    let file = try InputFile(url)
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
    tensors = TensorTable(
      header.entries.mapValues { SafetensorsTensor(file: file, entry: $0) }, path: path,
      .init(container: "file", element: "tensor", reader: "SafetensorsFile"))
    try header.checkCoverage(ofBytesUpTo: file.size)
  }

  /// The tensors' names, sorted.
  public var names: [String] { tensors.names }

  /// The shape of a tensor, also of an unsupported type; nil where the file has no tensor of that
  /// name.
  public func shape(_ name: String) -> Shape? { tensors[name]?.shape }

  /// Reads a tensor, as `Safetensors.read(from:)` does. Names are compared by Unicode scalars.
  public func tensor(_ name: String) throws -> Tensor { try tensors.read(name) }

  /// Reads a tensor of integers; values beyond 32 bits are an error.
  public func integers(_ name: String) throws -> IntTensor { try tensors.read(name) }
}

/// A tensor of a safetensors file.
struct SafetensorsTensor: StoredTensor {
  let file: InputFile
  let entry: SafetensorsHeader.Entry

  var shape: Shape { Shape(entry.shape) }

  func read<Values: BatchTensor>(as name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let type = ScalarType(safetensorsName: entry.type) else {
      throw FileError(
        .unsupported, path: file.path, "the tensor \(name) has the unknown type \(entry.type)",
        advice: "Convert it, or read the other tensors one by one with SafetensorsFile.")
    }
    return try StoredArray(scalarType: type, shape: entry.shape)
      .read(from: RangeStream(file, range: entry.range), name: name)
  }
}
