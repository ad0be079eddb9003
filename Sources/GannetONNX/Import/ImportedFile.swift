#if ONNX
import Foundation
import GannetData
import SwiftProtobuf

/// A model's file while it is read, with the files of weights beside it.
final class ImportedFile {
  var path: String { url.path }
  /// The most elements that a value may have whose size the model computes.
  let largestValue: Int
  private let url: URL
  private var opened: [String: InputFile] = [:]

  init(_ url: URL, largestValue: Int) { (self.url, self.largestValue) = (url, largestValue) }

  /// The message in the file.
  func message() throws -> Onnx_ModelProto {
    let file = try InputFile(url)
    let bytes = try file.bytes()
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = 32
    options.discardUnknownFields = true
    let message = try? Onnx_ModelProto(serializedBytes: bytes, options: options)
    guard let message, message.hasGraph else {
      throw try FileSignature(file.start)?.error(path, expected: "an ONNX file")
        ?? fault("this is not an ONNX file, or it is damaged")
    }
    return message
  }

  /// Bytes of a file of weights, which must be in the model's folder.
  func external(_ name: String, from offset: Int, count: Int) throws -> Data {
    let isPlain =
      !name.isEmpty && !name.contains("/") && !name.contains("\\") && !name.contains("\0")
      && name != ".." && name != "."
    guard isPlain else {
      throw fault("weights are in the file \(name.debugDescription), not in one beside the model")
    }
    let url = self.url.deletingLastPathComponent().appendingPathComponent(name)
    let values = try? url.resourceValues(forKeys: [.isSymbolicLinkKey])
    guard values?.isSymbolicLink != true else {
      throw fault("weights are in the file \(name), which is a link to another")
    }
    let file = try opened[name] ?? InputFile(url)
    opened[name] = file
    guard offset <= file.size, count <= file.size - offset else {
      throw FileError(
        .truncated, path: url.path,
        "the file has \(file.size) bytes, and weights are at \(offset) with \(count)")
    }
    return Data(try file.bytes(in: offset..<offset + count))
  }

  func fault(_ problem: String, _ kind: FileError.Kind = .corrupt) -> FileError {
    FileError(kind, path: path, problem)
  }
}
#endif
