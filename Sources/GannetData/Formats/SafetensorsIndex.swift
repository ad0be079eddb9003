import Foundation
import GannetTensor

/// Tensors in several safetensors files, by their index (`model.safetensors.index.json`), read one at
/// a time.
///
/// The index is an object in JSON whose `weight_map` has the file of each tensor. The files lie in the
/// index's folder; tensors in them that the index does not name are left out.
public struct SafetensorsIndex {
  /// The names of the files, sorted.
  public let fileNames: [String]

  let tensors: TensorTable<SafetensorsTensor>

  /// Reads an index and the headers of its files.
  ///
  /// - Throws: `FileError`, if the index or a file is missing or damaged, a file is not in the index's
  ///   folder, or a tensor is not in its file.
  public init(_ url: URL) throws {
    let file = try InputFile(url)
    let path = file.path
    if let signature = try FileSignature(file.start), !signature.isJSON {
      throw signature.error(path, expected: "an index of safetensors files, in JSON")
    }
    let places = try Self.weightMap(of: file)
    fileNames = Set(places.values.map(ExactKey.init)).map(\.value).sortedByScalars()
    let folder = url.deletingLastPathComponent()
    var files: [ExactKey<String>: SafetensorsFile] = [:]
    for name in fileNames {
      guard Self.isPlain(name) else {
        throw FileError(
          .unsupported, path: path, "the file \(name) is not in the index's folder",
          advice: "Put all files into one folder, under names without a path.")
      }
      files[ExactKey(name)] = try SafetensorsFile(folder.appendingPathComponent(name))
    }
    var tensors: [ExactKey<String>: SafetensorsTensor] = [:]
    for (name, place) in places.sorted(by: { $0.key.value < $1.key.value }) {
      guard let tensor = files[ExactKey(place)]!.tensors[name.value] else {
        throw FileError(.corrupt, path: path, "the file \(place) has no tensor \(name.value)")
      }
      tensors[name] = tensor
    }
    self.tensors = TensorTable(
      tensors, path: path,
      .init(container: "index", element: "tensor", reader: "SafetensorsIndex"))
  }

  /// The tensors' names, sorted.
  public var names: [String] { tensors.names }

  /// The shape of a tensor; nil where the index has no tensor of that name.
  public func shape(_ name: String) -> Shape? { tensors[name]?.shape }

  /// Reads a tensor, as `Safetensors.read(from:)` does. Names are compared by Unicode scalars.
  public func tensor(_ name: String) throws -> Tensor { try tensors.read(name) }

  /// Reads a tensor of integers; values beyond 32 bits are an error.
  public func integers(_ name: String) throws -> IntTensor { try tensors.read(name) }

  /// The files of the tensors.
  private static func weightMap(of file: InputFile) throws -> [ExactKey<String>: String] {
    var scanner = HeaderScanner(try file.bytes(), path: file.path, isWholeFile: true)
    var map: [ExactKey<String>: String]?
    try scanner.begin("{")
    while try scanner.next(before: "}") {
      let key = try scanner.string()
      try scanner.expect(":")
      if key == "weight_map" {
        guard map == nil else { throw repeated(key, file.path) }
        map = try places(&scanner, file.path)
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.expectEnd()
    guard let map else {
      throw FileError(
        .unsupported, path: file.path, "the index has no weight_map",
        advice: "Check that it is an index of safetensors files.")
    }
    return map
  }

  private static func places(
    _ scanner: inout HeaderScanner, _ path: String
  ) throws -> [ExactKey<String>: String] {
    var places: [ExactKey<String>: String] = [:]
    try scanner.begin("{")
    while try scanner.next(before: "}") {
      let name = try scanner.string()
      try scanner.expect(":")
      guard places.updateValue(try scanner.string(), forKey: ExactKey(name)) == nil else {
        throw repeated(name, path)
      }
    }
    return places
  }

  private static func repeated(_ name: String, _ path: String) -> FileError {
    FileError(.corrupt, path: path, "the index names \(name) twice")
  }

  /// Whether a name is that of a file in a folder, not of another folder's.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { [0, UInt8(ascii: "/"), UInt8(ascii: "\\")].contains($0) }
  }
}
