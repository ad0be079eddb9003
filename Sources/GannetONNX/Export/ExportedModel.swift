#if ONNX
import Foundation
import GannetNN
import GannetTensor

/// A model as a graph of ONNX's operators.
package struct ExportedModel {
  /// The opset and the version of the format that goes with it.
  static let opset = 20
  private static let formatVersion = 9

  /// The model's message, without its initializers.
  package private(set) var message = Onnx_ModelProto()
  let initializers: [GraphWriter.Initializer]

  /// Makes a model of a message and its initializers.
  init(_ message: Onnx_ModelProto, _ initializers: [GraphWriter.Initializer]) {
    (self.message, self.initializers) = (message, initializers)
  }

  /// Traces and writes `body`, which calls `model`.
  init(
    _ model: some Module, _ inputs: [ONNX.Input], batchAxis: Int, sharesConstants: Bool = true,
    _ body: ([GraphValue]) -> Tensor
  ) throws {
    let trace: BatchTrace
    do throws(PredictorError) {
      trace = try BatchTrace("ONNX.export", inputs.map(\.example), batchAxis) {
        [.tensor(body($0))]
      }
      _ = try trace.execution(of: trace.graph)
    } catch {
      throw ONNXExportError.trace(error)
    }
    try self.init(
      trace.graph, title: "\(type(of: model))", inputs: inputs, batchAxis: batchAxis,
      outputSizes: zip(trace.outputShapes[0].one, trace.outputShapes[0].two).map {
        $0 == $1 ? .constant($0) : .perExample($0)
      }, parameters: ParameterNames(model), sharesConstants: sharesConstants)
  }

  /// Writes `graph`, which has one result, a tensor.
  ///
  /// - Parameter batchAxis: The inputs' axis of the examples, of which there may be any number; nil
  ///   where all sizes are fixed.
  package init(
    _ graph: Graph, title: String, inputs: [ONNX.Input], batchAxis: Int?,
    outputSizes: [Graph.SizeRule], parameters: ParameterNames? = nil,
    sharesConstants: Bool = true
  ) throws {
    let writer = GraphWriter(
      inputs: inputs.map(\.name), batchAxis: batchAxis ?? 0, sharesConstants: sharesConstants)
    let values = ExportedValues(graph, inputs: inputs.map(\.name), parameters, writer)
    for step in graph.steps { values.write(step) }
    writer.rename(values.name(of: graph.outputs[0]), to: GraphWriter.output)
    guard writer.unsupported.isEmpty else { throw ONNXExportError.unsupported(writer.unsupported) }
    initializers = writer.initializers

    message.irVersion = Int64(Self.formatVersion)
    message.producerName = "gannet"
    var opset = Onnx_OperatorSetIdProto()
    opset.domain = ""
    opset.version = Int64(Self.opset)
    message.opsetImport = [opset]
    message.graph.name = title
    message.graph.node = writer.nodes
    message.graph.input = inputs.map { input in
      let sizes = input.example.shape.enumerated().map {
        $0.offset == batchAxis ? Graph.SizeRule.perExample(1) : .constant($0.element)
      }
      return Onnx_ValueInfoProto(input.name, sizes, isFloat: input.example.isTensor)
    }
    message.graph.output = [Onnx_ValueInfoProto(GraphWriter.output, outputSizes, isFloat: true)]
  }
}

extension GraphValue {
  fileprivate var isTensor: Bool {
    if case .tensor = self { true } else { false }
  }
}

extension Onnx_ValueInfoProto {
  /// A value of the given sizes; the number of examples is named, multiples of it are unknown.
  fileprivate init(_ name: String, _ sizes: [Graph.SizeRule], isFloat: Bool) {
    self.init()
    self.name = name
    let type: Onnx_TensorProto.DataType = isFloat ? .float : .int64
    self.type.tensorType.elemType = Int32(type.rawValue)
    self.type.tensorType.shape.dim = sizes.map { size in
      var dimension = Onnx_TensorShapeProto.Dimension()
      switch size {
      case .constant(let size): dimension.dimValue = Int64(size)
      case .perExample(1): dimension.dimParam = "batch"
      case .perExample: break
      }
      return dimension
    }
  }
}
#endif
