#if ONNX
import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetONNX
import GannetTensor
import TestSupport
import Testing

@Suite("ONNX export")
struct ExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func message(_ write: (URL) throws -> Void) throws -> Onnx_ModelProto {
    let url = folder.file("model.onnx")
    try write(url)
    return try Onnx_ModelProto(serializedBytes: Data(contentsOf: url))
  }

  private func exported(_ model: some Layer, _ shape: Shape) throws -> Onnx_ModelProto {
    try message { try ONNX.export(model, example: Tensor(hash: 1, shape), to: $0) }
  }

  @Test("LeNet: operators in order, weights by name, any number of examples")
  func lenet() throws {
    let model = LeNet()
    let message = try exported(model, [2, 1, 28, 28])
    #expect(message.irVersion == 9)
    #expect(message.opsetImport.map(\.version) == [20])
    let graph = message.graph
    #expect(
      graph.node.map(\.opType) == [
        "Conv", "Sigmoid", "AveragePool", "Conv", "Sigmoid", "AveragePool", "Reshape", "Gemm",
        "Sigmoid", "Gemm", "Sigmoid", "Gemm",
      ])
    for (name, tensor) in model.stateDictionary {
      let stored = try #require(graph.initializer.first { $0.name == name })
      #expect(stored.dims == tensor.shape.map(Int64.init))
      #expect(stored.floats == tensor.scalars)
    }
    #expect(graph.input.map(\.name) == ["input"] && graph.output.map(\.name) == ["output"])
    let dimensions = graph.input[0].type.tensorType.shape.dim
    #expect(dimensions[0].dimParam == "batch")
    #expect(dimensions.dropFirst().map(\.dimValue) == [1, 28, 28])
    #expect(graph.output[0].type.tensorType.shape.dim[0].dimParam == "batch")
    #expect(graph.output[0].type.tensorType.shape.dim[1].dimValue == 10)
    let convolution = graph.node[0]
    #expect(convolution.attribute.first { $0.name == "pads" }?.ints == [2, 2, 2, 2])
  }

  @Test("batch norms, residuals and joined channels are written as they are")
  func parts() throws {
    let residual = try exported(ResNet.resNet18(), [1, 1, 64, 64])
    let norms = residual.graph.node.filter { $0.opType == "BatchNormalization" }
    #expect(norms.count == 17)
    #expect(norms.allSatisfy { $0.input[3].hasSuffix("running_mean") })
    #expect(residual.graph.node.count { $0.opType == "Add" } == 8)
    let dense = try exported(DenseNet(), [1, 1, 64, 64])
    #expect(dense.graph.node.count { $0.opType == "Concat" } == 16)
  }

  @Test("a recurrent layer's gates come in ONNX's order")
  func gates() throws {
    let tokens = HashSequence.labels(10, classes: 6, seed: 1).reshaped(to: [5, 2])
    func recurrent<S>(_ network: RecurrentNetwork<S>) throws -> (Onnx_NodeProto, Onnx_GraphProto) {
      let model = LanguageModel(network)
      let graph = try message {
        try ONNX.export(model, tokens: tokens, batchAxis: 1, to: $0) {
          model($0, state: nil).logits
        }
      }.graph
      return (try #require(graph.node.first { ["LSTM", "GRU", "RNN"].contains($0.opType) }), graph)
    }
    let lstm = LSTM(6, 2, isBidirectional: true)
    let (node, graph) = try recurrent(lstm)
    #expect(node.opType == "LSTM")
    #expect(node.attribute.first { $0.name == "direction" }?.s == Data("bidirectional".utf8))
    let state = lstm.stateDictionary
    let stored = try #require(graph.initializer.first { $0.name == node.input[1] })
    #expect(stored.name == "rnn.weight_ih_l0.iofc" && stored.dims == [2, 8, 6])
    let expected = ["weight_ih_l0", "weight_ih_l0_reverse"].flatMap { name in
      let blocks = state[name]!.split(into: 4)
      return [0, 3, 1, 2].flatMap { blocks[$0].scalars }
    }
    #expect(stored.floats == expected)
    func convention<S>(_ network: RecurrentNetwork<S>) throws -> Int64? {
      try recurrent(network).0.attribute.first { $0.name == "linear_before_reset" }?.i
    }
    #expect(try convention(GRU(6, 2)) == 1)
    #expect(try convention(GRU(6, 2, resetBeforeProduct: true)) == 0)
  }

  private final class Own: Layer {
    let body: (Tensor) -> Tensor
    init(_ body: @escaping (Tensor) -> Tensor) { self.body = body }
    func callAsFunction(_ x: Tensor) -> Tensor { body(x) }
  }

  @Test("what has no operator is named, all at once")
  func unsupported() throws {
    let url = folder.file("none.onnx")
    let model = Own { x in
      let matrix = matmul(x, x, transposingA: true)
      var changed = matrix
      changed[0] = matrix[1]
      return x + changed.sum() + matrix.diagonal().sum()
    }
    let error = #expect(throws: ONNXExportError.self) {
      try ONNX.export(model, example: Tensor(hash: 1, [2, 3]), to: url)
    }
    #expect("\(error!)".contains("subscript; diagonal"))
    #expect(try folder.contents.isEmpty)
    let reading = #expect(throws: ONNXExportError.self) {
      try ONNX.export(
        Own { $0.sum().scalar > 0 ? $0 : -$0 }, example: Tensor(hash: 1, [2, 3]), to: url)
    }
    #expect("\(reading!)".contains("reads a value"))
    let dependent = #expect(throws: ONNXExportError.self) {
      try ONNX.export(
        Own { $0.shape[0] > 1 ? exp($0) : log($0) }, example: Tensor(hash: 1, [2, 3]), to: url)
    }
    #expect("\(dependent!)".contains("operation 0"))
  }

  @Test("weights beside the model")
  func beside() throws {
    let model = MultilayerPerceptron.concise()
    let url = folder.file("mlp.onnx")
    try ONNX.export(
      model, example: Tensor(hash: 1, [1, 1, 28, 28]), to: url, weights: .beside)
    #expect(try folder.contents == ["mlp.onnx", "mlp.onnx.data"])
    let data = try Data(contentsOf: folder.file("mlp.onnx.data"))
    let graph = try Onnx_ModelProto(serializedBytes: Data(contentsOf: url)).graph
    var outside = 0
    for (name, tensor) in model.stateDictionary {
      let stored = try #require(graph.initializer.first { $0.name == name })
      guard stored.dataLocation == .external else {
        #expect(4 * tensor.count < 1024 && stored.floats == tensor.scalars)
        continue
      }
      outside += 1
      let entries = Dictionary(
        uniqueKeysWithValues: stored.externalData.map { ($0.key, $0.value) })
      #expect(entries["location"] == "mlp.onnx.data")
      let offset = try #require(entries["offset"].flatMap { Int($0) })
      let length = try #require(entries["length"].flatMap { Int($0) })
      #expect(offset % 64 == 0 && length == 4 * tensor.count)
      #expect(Array(floatsOf: data[offset..<offset + length]) == tensor.scalars)
    }
    #expect(outside == 3)
  }
}

extension Onnx_TensorProto {
  fileprivate var floats: [Float] { Array(floatsOf: rawData) }
}

extension [Float] {
  fileprivate init(floatsOf data: Data) {
    self = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
      }
    }
  }
}
#endif
