#if ONNX
import Foundation
import GannetData
import GannetTensor
import SwiftProtobuf

/// An exported model that is written into a file, or two.
package struct ModelFile {
  private var message: Onnx_ModelProto
  private let url: URL
  /// The tensors of the second file with their offsets there.
  private var beside: [(tensor: Tensor, offset: Int)] = []

  /// Tensors of fewer bytes stay in the model's file.
  private static let leastBeside = 1024
  /// The distance of tensors in the second file, of cache lines.
  private static let alignment = 64

  private var weightsURL: URL {
    url.deletingLastPathComponent().appendingPathComponent(url.lastPathComponent + ".data")
  }

  package init(_ model: ExportedModel, to url: URL, _ weights: ONNX.Weights) throws {
    self.url = url
    message = model.message
    let bytes = model.initializers.reduce(0) { $0 + $1.elements.byteCount }
    guard weights == .beside || bytes < Int(Int32.max) - (1 << 24) else {
      throw FileError(
        .unsupported, path: url.path,
        "the model has \(bytes) bytes of weights, and a file of its kind at most 2 GB",
        advice: "Write them with weights: .beside.")
    }
    var end = 0
    for initializer in model.initializers {
      var proto = Onnx_TensorProto()
      proto.name = initializer.name
      proto.dims = initializer.shape.map(Int64.init)
      proto.dataType = Int32(initializer.elements.type.rawValue)
      if weights == .beside, case .floats(let tensor) = initializer.elements,
        4 * tensor.count >= Self.leastBeside
      {
        proto.dataLocation = .external
        proto.externalData = [
          .init("location", weightsURL.lastPathComponent), .init("offset", "\(end)"),
          .init("length", "\(4 * tensor.count)"),
        ]
        beside.append((tensor, end))
        end = (end + 4 * tensor.count + Self.alignment - 1) / Self.alignment * Self.alignment
      } else {
        proto.rawData = initializer.elements.data
      }
      message.graph.initializer.append(proto)
    }
  }

  /// Writes the files; the model's is the last one.
  package func write() throws {
    if !beside.isEmpty {
      try OutputFile.write(to: weightsURL) { file in
        var end = 0
        for (tensor, offset) in beside {
          try file.write([UInt8](repeating: 0, count: offset - end))
          try tensor.withScalars { try file.write(UnsafeRawBufferPointer($0)) }
          end = offset + 4 * tensor.count
        }
      }
    }
    let bytes: [UInt8] = try message.serializedBytes()
    try OutputFile.write(to: url) { file in try bytes.withUnsafeBytes { try file.write($0) } }
  }
}

extension GraphWriter.Elements {
  fileprivate var type: Onnx_TensorProto.DataType {
    switch self {
    case .floats: .float
    case .integers: .int64
    case .flags: .bool
    }
  }

  fileprivate var byteCount: Int {
    switch self {
    case .floats(let tensor): 4 * tensor.count
    case .integers(let values): 8 * values.count
    case .flags(let flags): flags.count
    }
  }

  /// The elements, little-endian.
  fileprivate var data: Data {
    switch self {
    case .floats(let tensor): tensor.withScalars { Data(buffer: $0) }
    case .integers(let values): values.withUnsafeBufferPointer { Data(buffer: $0) }
    case .flags(let flags): Data(flags.map { $0 ? 1 : 0 })
    }
  }
}

extension Onnx_StringStringEntryProto {
  fileprivate init(_ key: String, _ value: String) {
    self.init()
    (self.key, self.value) = (key, value)
  }
}
#endif
