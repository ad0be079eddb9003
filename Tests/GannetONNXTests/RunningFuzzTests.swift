#if ONNX
import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetONNX
import GannetTensor
import SwiftProtobuf
import TestSupport
import Testing

/// Models whose files contradict themselves when they run.
@Suite("ONNX models that run into contradictions")
struct RunningFuzzTests {
  /// Small files of all operations that are exported, and of small networks.
  static func soundFiles(_ folder: TemporaryFolder) throws -> [[UInt8]] {
    let url = folder.file("sound.onnx")
    var files: [[UInt8]] = []
    func add() throws { files.append(Array(try Data(contentsOf: url))) }
    for sample in TracedSample.all {
      let values = sample.inputs(seed: 3)
      let (graph, results) = try Trace.graph(
        of: { [.tensor(sample.function($0.map(\.tensor)))] }, on: values.map { .tensor($0) })
      let inputs = values.enumerated().map { ONNX.Input("x\($0.offset)", .tensor($0.element)) }
      guard
        let model = try? ExportedModel(
          graph, title: "operation", inputs: inputs, batchAxis: nil,
          outputSizes: results[0].shape.map { .constant($0) })
      else { continue }
      try ModelFile(model, to: url, .inside).write()
      try add()
    }
    let tokens = HashSequence.labels(6, classes: 5, seed: 1).reshaped(to: [3, 2])
    func addModel(_ model: some NextTokenModel) throws {
      try ONNX.export(model, tokens: tokens, batchAxis: 1, to: url) {
        model($0, state: nil).logits
      }
      try add()
    }
    try addModel(LanguageModel(RNN(5, 3)))
    try addModel(LanguageModel(GRU(5, 3)))
    try addModel(LanguageModel(LSTM(5, 3, isBidirectional: true)))
    try addModel(GPT(vocabularySize: 5, size: 4, layers: 1, heads: 2, context: 4))
    files += try OperatorSamples.all.map { try $0.model.message.serializedBytes() }
    return files
  }

  /// Reads a file and runs the model on inputs of the declared shapes.
  static func run(_ url: URL) throws {
    let model = try ONNXModel(contentsOf: url, largestValue: 1 << 14)
    guard let message = try? Onnx_ModelProto(serializedBytes: Data(contentsOf: url)) else { return }
    var (tensors, integers) = ([String: Tensor](), [String: IntTensor]())
    for input in message.graph.input where model.inputNames.contains(input.name) {
      let sizes = input.type.tensorType.shape.dim.map { Int(clamping: max(0, $0.dimValue)) }
      let known = Array(sizes.map { (1...64).contains($0) ? $0 : 2 }.prefix(4))
      let isSmall = known.reduce(1, *) <= 1 << 12
      let shape = Shape(isSmall ? known : known.map { min($0, 4) })
      if input.type.tensorType.elemType == 7 {
        integers[input.name] = HashSequence.labels(shape.elementCount, classes: 3, seed: 1)
          .reshaped(to: shape)
      } else {
        tensors[input.name] = Tensor(hash: 2, shape)
      }
    }
    _ = try model.evaluating { try withoutGradients { try model(tensors, integers: integers) } }
  }

  @Test("models with damaged nodes and tensors run, or throw an error")
  func nodes() async {
    await #expect(processExitsWith: .success) { try RunningFuzzTests.fuzzNodes() }
  }

  static func fuzzNodes() throws {
    let sound = try soundFiles(try TemporaryFolder())
    try fuzz(
      "x.onnx", sound, formats: 1,
      mutate: { mutated($0, &$1) }, read: run)
  }

  /// A file with faults that leave it a message, or, one time in four, with any.
  static func mutated(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    guard Int.random(in: 0..<4, using: &stream) > 0,
      var model = try? Onnx_ModelProto(serializedBytes: bytes)
    else { return bytes.mutated(using: &stream) }
    for _ in 0..<Int.random(in: 1...3, using: &stream) { model.mutate(using: &stream) }
    return (try? model.serializedBytes()) ?? bytes
  }
}

/// Numbers at the edges of ranges of sizes, axes and places.
private let edges: [Int64] = [
  -1, 0, 1, 2, 3, 4, 5, 7, -2, -3, 64, 1 << 20, 1 << 31, .max, .min,
]

extension Onnx_ModelProto {
  private static let types = [
    "Add", "MatMul", "Conv", "Gather", "Reshape", "Slice", "Expand", "Concat", "Transpose", "Pad",
    "Resize", "TopK", "LSTM", "GRU", "Softmax", "ReduceMean", "ReduceMax", "Where", "Tile",
    "Unsqueeze", "Squeeze", "Split", "OneHot", "Range", "ConstantOfShape", "Gemm", "MaxPool",
    "AveragePool", "BatchNormalization", "LayerNormalization", "InstanceNormalization", "CumSum",
    "ArgMax", "GatherElements", "GatherND", "ScatterND", "Trilu", "ConvTranspose", "Clip", "PRelu",
    "Pow", "Mod",
    "DepthToSpace", "SpaceToDepth", "Hardmax", "EyeLike", "NonZero", "Flatten", "ReduceProd",
    "GroupNormalization", "GlobalMaxPool", "Shape", "Size", "Cast", "Equal", "Mean", "IsInf",
    "Attention", "RotaryEmbedding", "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss",
    "GridSample", "AffineGrid", "NonMaxSuppression", "RoiAlign", "ScatterElements", "TensorScatter",
    "Unique", "Compress", "ReverseSequence", "CenterCropPad", "LpPool", "GlobalLpPool", "MaxUnpool",
    "LpNormalization", "MeanVarianceNormalization", "LRN", "Loop", "Scan", "Swish", "SwiGLU",
    "Atan", "Acosh", "DFT", "STFT", "HannWindow", "CumProd", "BitwiseAnd", "Einsum",
    "Col2Im", "Det", "BitShift",
  ]

  /// Changes a node, an attribute, a tensor or a declared shape into another valid one.
  fileprivate mutating func mutate(using stream: inout RandomStream) {
    guard !graph.node.isEmpty else { return }
    let node = Int.random(in: graph.node.indices, using: &stream)
    switch Int.random(in: 0..<9, using: &stream) {
    case 0, 1: graph.node[node].mutateAttribute(using: &stream)
    case 2, 3:
      guard let tensor = graph.initializer.indices.randomElement(using: &stream) else { return }
      graph.initializer[tensor].mutate(using: &stream)
    case 4:
      guard let input = graph.node[node].input.indices.randomElement(using: &stream) else { return }
      let names = graph.initializer.map(\.name) + graph.node[..<node].flatMap(\.output)
      graph.node[node].input[input] = names.randomElement(using: &stream) ?? ""
    case 5: graph.node[node].opType = Onnx_ModelProto.types.randomElement(using: &stream)!
    case 6:
      guard !graph.node[node].input.isEmpty else { return }
      if Bool.random(using: &stream) {
        graph.node[node].input.removeLast()
      } else {
        graph.node[node].input.append(graph.node[node].input[0])
      }
    case 7:
      guard let input = graph.input.indices.randomElement(using: &stream) else { return }
      graph.input[input].type.tensorType.shape.dim.shuffle(using: &stream)
    default:
      guard let input = graph.input.indices.randomElement(using: &stream),
        let axis = graph.input[input].type.tensorType.shape.dim.indices
          .randomElement(using: &stream)
      else { return }
      graph.input[input].type.tensorType.shape.dim[axis].dimValue =
        Int64.random(in: 1...8, using: &stream)
    }
  }
}

extension Onnx_NodeProto {
  fileprivate mutating func mutateAttribute(using stream: inout RandomStream) {
    guard let index = attribute.indices.randomElement(using: &stream) else { return }
    let edge = edges.randomElement(using: &stream)!
    switch attribute[index].type {
    case .int: attribute[index].i = edge
    case .ints:
      guard let place = attribute[index].ints.indices.randomElement(using: &stream) else { return }
      if Bool.random(using: &stream) {
        attribute[index].ints[place] = edge
      } else {
        attribute[index].ints.swapAt(0, place)
      }
    case .graph:
      // A node of a body reads another value, or the body gives another.
      guard !attribute[index].g.node.isEmpty, let value = attribute[index].g.input.first else {
        return
      }
      if Bool.random(using: &stream) {
        attribute[index].g.node[0].input = [value.name]
      } else {
        attribute[index].g.output[0].name = value.name
      }
    case .float:
      attribute[index].f = [.nan, 0, -1, .infinity, 1e30].randomElement(using: &stream)!
    default: attribute.remove(at: index)
    }
  }
}

extension Onnx_TensorProto {
  /// Changes the shape, in ways that often keep the number of elements, or an element.
  fileprivate mutating func mutate(using stream: inout RandomStream) {
    switch Int.random(in: 0..<5, using: &stream) {
    case 0: dims.shuffle(using: &stream)
    case 1: dims.insert(1, at: Int.random(in: 0...dims.count, using: &stream))
    case 2: dims = [dims.reduce(1, *)]
    case 3: dims = dims.filter { $0 != 1 }
    default:
      guard dataType == 7, rawData.count >= 8 else { return }
      let edge = edges.randomElement(using: &stream)!
      let place = Int.random(in: 0..<rawData.count / 8, using: &stream) * 8
      withUnsafeBytes(of: edge.littleEndian) {
        rawData.replaceSubrange(place..<place + 8, with: $0)
      }
    }
  }
}
#endif
