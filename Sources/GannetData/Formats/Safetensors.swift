import Foundation
import GannetTensor

/// Reader and writer of safetensors files, which hold named tensors.
///
/// A file is the length of the header in eight bytes, the header in JSON, and the elements of all
/// tensors in row-major order, little-endian, without gaps.
public enum Safetensors {
  /// Reads all tensors of a file.
  ///
  /// Single and half precision and integers up to 2^24 are exact; double precision is rounded to
  /// the nearest float.
  ///
  /// - Throws: `FileError`, if the file is missing, damaged or of another format, an integer has no
  ///   equal float, a tensor has an unsupported type, or two names are canonically equivalent.
  ///   `SafetensorsFile` reads single tensors of such files.
  public static func read(from url: URL) throws -> [String: Tensor] {
    try SafetensorsFile(url).tensors.all()
  }

  /// Writes tensors in single precision, in the order of their names.
  ///
  /// An existing file is replaced only by a complete one.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by name.
  ///   - metadata: Further texts by name.
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
    // Readers that map the file need its elements aligned.
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
