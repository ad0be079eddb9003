#if ONNX
import Foundation
import GannetONNX
import SwiftProtobuf
import TestSupport

/// A model that a test makes of nodes.
struct NodeModel {
  private(set) var message = Onnx_ModelProto()

  init(opset: Int64 = 20, inputs: [String], outputs: [String]) {
    message.irVersion = 9
    message.opsetImport = [Onnx_OperatorSetIdProto()]
    message.opsetImport[0].version = opset
    message.graph.input = inputs.map { NodeModel.value($0) }
    message.graph.output = outputs.map { NodeModel.value($0) }
  }

  /// A value, of which a file declares the type where it is given: the type's number and the shape.
  static func value(
    _ name: String, type: Onnx_TensorProto.DataType? = nil, shape: [Int]? = nil
  ) -> Onnx_ValueInfoProto {
    var value = Onnx_ValueInfoProto()
    value.name = name
    if let type { value.type.tensorType.elemType = Int32(type.rawValue) }
    if let shape {
      value.type.tensorType.shape.dim = shape.map { size in
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64(size)
        return dimension
      }
    }
    return value
  }

  static func node(
    _ type: String, _ inputs: [String], _ outputs: [String],
    _ attributes: [String: Onnx_AttributeProto] = [:]
  ) -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    (node.opType, node.name, node.input, node.output) = (type, "my \(type)", inputs, outputs)
    node.attribute = attributes.map { name, attribute in
      var attribute = attribute
      attribute.name = name
      return attribute
    }
    return node
  }

  /// Declares the type and the shape of input `index`.
  mutating func declare(_ index: Int, _ type: Onnx_TensorProto.DataType, _ shape: [Int]) {
    let name = message.graph.input[index].name
    message.graph.input[index] = NodeModel.value(name, type: type, shape: shape)
  }

  mutating func add(
    _ type: String, _ inputs: [String], _ outputs: [String] = ["y"],
    _ attributes: [String: Onnx_AttributeProto] = [:]
  ) {
    message.graph.node.append(NodeModel.node(type, inputs, outputs, attributes))
  }

  /// Adds a constant vector of integers.
  mutating func add(_ name: String, _ integers: [Int64]) {
    var tensor = Onnx_TensorProto()
    (tensor.name, tensor.dims, tensor.dataType) = (name, [Int64(integers.count)], 7)
    tensor.int64Data = integers
    message.graph.initializer.append(tensor)
  }

  /// The model, read from a file of `folder`.
  func read(_ folder: TemporaryFolder, largestValue: Int = 1 << 20) throws -> ONNXModel {
    let bytes: [UInt8] = try message.serializedBytes()
    return try ONNXModel(
      contentsOf: folder.write(bytes, "model.onnx"), largestValue: largestValue)
  }
}

extension Onnx_AttributeProto {
  static func int(_ value: Int64) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.type, attribute.i) = (.int, value)
    return attribute
  }

  static func float(_ value: Float) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.type, attribute.f) = (.float, value)
    return attribute
  }

  static func string(_ value: String) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.type, attribute.s) = (.string, Data(value.utf8))
    return attribute
  }

  static func ints(_ values: [Int64]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.type, attribute.ints) = (.ints, values)
    return attribute
  }

  static func graph(_ nodes: [Onnx_NodeProto], output: String) -> Onnx_AttributeProto {
    .graph(inputs: [], nodes, outputs: [output])
  }

  /// A body, whose inputs and results have names.
  static func graph(
    inputs: [String], _ nodes: [Onnx_NodeProto], outputs: [String]
  ) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.type = .graph
    attribute.g.node = nodes
    attribute.g.input = inputs.map { NodeModel.value($0) }
    attribute.g.output = outputs.map { NodeModel.value($0) }
    return attribute
  }
}
#endif
