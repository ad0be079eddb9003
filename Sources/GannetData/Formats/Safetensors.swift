import Foundation
import GannetTensor

/// Named tensors in a safetensors file, the format in which PyTorch's networks are exchanged.
///
/// The file is the length of a header in eight bytes, the header in JSON, and the elements of all
/// tensors in row-major order, little-endian, without gaps.
public enum Safetensors {
  /// Reads all tensors of a file.
  ///
  /// Single precision is read as it is. Half precision and integers up to 2^24 keep their values;
  /// double precision is rounded to the nearest float.
  ///
  /// - Throws: `FileError`, if the file is missing, damaged or of another format, or has a value
  ///   that no float is equal to, a tensor of a type that isn't known, or two names that are one to
  ///   Swift's strings; `SafetensorsFile` reads the other tensors, and those.
  public static func read(from url: URL) throws -> [String: Tensor] {
    let file = try SafetensorsFile(url)
    return try Dictionary(
      of: file.names, path: url.path, readOneByOneWith: "SafetensorsFile", file.tensor)
  }

  /// Writes tensors in single precision, in the order of their names.
  ///
  /// The file appears when it is complete; until then one that has its name stays as it was.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by name.
  ///   - metadata: Texts by name, of the writer's choice.
  ///   - url: The file.
  /// - Throws: `FileError`, if the file cannot be written.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    let ordered = tensors.sorted { $0.key < $1.key }
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in ordered {
      guard name != "__metadata__" else {
        fail("Safetensors: the name __metadata__ is the format's own")
      }
      let end = offset + tensor.count * MemoryLayout<Float>.size
      entries.append(
        """
        \(json(name)):{"dtype":"F32","shape":\(Array(tensor.shape)),"data_offsets":[\(offset),\(end)]}
        """)
      offset = end
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Readers that map the file want its elements aligned.
    header += [UInt8](repeating: UInt8(ascii: " "), count: -header.count & 7)

    try OutputFile.write(to: url) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try file.write(header)
      for (_, tensor) in ordered {
        try tensor.withScalars { try file.write(UnsafeRawBufferPointer($0)) }
      }
    }
  }

  private static func json(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ": result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
