#if ONNX
import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Files that are damaged, hostile or beyond what is supported.
@Suite("ONNX files that are refused")
struct DamagedFileTests {
  private let folder: TemporaryFolder
  private let url: URL

  init() throws {
    folder = try TemporaryFolder()
    url = folder.file("model.onnx")
  }

  /// The error's description for a sound file, an exported perceptron, that `change` has damaged.
  private func message(
    _ weights: ONNX.Weights = .inside, _ change: (inout Onnx_ModelProto) -> Void
  ) throws -> String {
    try ONNX.export(
      MultilayerPerceptron.concise(), example: Tensor(hash: 1, [1, 1, 28, 28]), to: url,
      weights: weights)
    var model = try Onnx_ModelProto(serializedBytes: Data(contentsOf: url))
    change(&model)
    let bytes: [UInt8] = try model.serializedBytes()
    try folder.write(bytes, "model.onnx")
    do {
      _ = try ONNXModel(contentsOf: url)
      return ""
    } catch { return "\(error)" }
  }

  @Test("unknown operators are named with their nodes, all at once")
  func operators() throws {
    let found = try message { model in
      model.graph.node[0].opType = "Reshapen"
      model.graph.node[0].name = "first"
      model.graph.node[1].opType = "Gemm"
      model.graph.node[1].domain = "com.example"
      model.graph.node[1].name = "second"
    }
    #expect(found.contains("Reshapen (first), com.example::Gemm (second)"))
  }

  @Test("other versions, and graphs that contradict themselves")
  func graphs() throws {
    #expect(try message { $0.opsetImport[0].version = 10 }.contains("opset 10, expected 11 to 28"))
    #expect(try message { $0.clearGraph() }.contains("not an ONNX file"))
    #expect(
      try message { $0.graph.node.swapAt(0, 1) }.contains("which no node before it makes"))
    #expect(
      try message { $0.graph.node.append($0.graph.node[0]) }.contains("two values are named"))
    #expect(try message { $0.graph.output[0].name = "none" }.contains("makes the result none"))
    #expect(try message { $0.graph.node[0].input.append("input") }.contains("has 3 inputs"))
    #expect(
      try message { model in
        let gemm = model.graph.node.firstIndex { $0.opType == "Gemm" }!
        model.graph.node[gemm].attribute[0].type = .float
      }.contains("transB of another type"))
  }

  @Test("tensors whose sizes are wrong")
  func tensors() throws {
    func dims(_ dims: [Int64]) throws -> String {
      try message { $0.graph.initializer[1].dims = dims }
    }
    #expect(try dims([3]).contains("bytes for [3]"))
    #expect(try dims([-1, 4]).contains("has the shape [-1, 4]"))
    #expect(try dims([1 << 40, 1 << 40]).contains("has the shape"))
    #expect(try dims(Array(repeating: 1, count: 9)).contains("has the shape"))
    #expect(try message { $0.graph.initializer[1].dataType = 8 }.contains("of type 8"))
  }

  @Test("weights in files that are not beside the model")
  func paths() throws {
    func location(_ location: String, offset: String? = nil) throws -> String {
      try message(.beside) { model in
        for index in model.graph.initializer.indices
        where model.graph.initializer[index].dataLocation == .external {
          model.graph.initializer[index].externalData[0].value = location
          if let offset { model.graph.initializer[index].externalData[1].value = offset }
        }
      }
    }
    #expect(try location("model.onnx.data") == "")
    for bad in ["/etc/passwd", "../model.onnx.data", "..", "", "a/b", "a\\b"] {
      #expect(try location(bad).contains("not in one beside the model"), "\(bad)")
    }
    #expect(try location("model.onnx.data", offset: "-4").contains("at the offset -4"))
    #expect(
      try location("model.onnx.data", offset: "9223372036854775807").contains("weights are at"))
    try FileManager.default.createSymbolicLink(
      at: folder.file("link"), withDestinationURL: URL(filePath: "/etc/passwd"))
    #expect(try location("link").contains("a link to another"))
  }

  @Test("other kinds of files")
  func others() throws {
    func message(_ text: String) throws -> String {
      try folder.write(text, "model.onnx")
      do {
        _ = try ONNXModel(contentsOf: url)
        return ""
      } catch { return "\(error)" }
    }
    #expect(try message("not a model at all").contains("not an ONNX file"))
    #expect(try message("").contains("model.onnx"))
    #expect(try message("<html>").contains("an ONNX file was expected"))
  }

  @Test("damaged copies are read or refused")
  func fuzzing() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let url = folder.file("x.onnx")
      let sound = try [
        MultilayerPerceptron.concise() as any Layer, LeNet(), BatchNormLeNet(),
      ].map { model in
        try ONNX.export(model, example: Tensor(hash: 1, [1, 1, 28, 28]), to: url)
        var message = try Onnx_ModelProto(serializedBytes: Data(contentsOf: url))
        // Short weights, so that most of the faults are elsewhere.
        for index in message.graph.initializer.indices {
          message.graph.initializer[index].dims = [2]
          message.graph.initializer[index].dataType = 1
          message.graph.initializer[index].rawData = Data(count: 8)
        }
        return try message.serializedBytes() as [UInt8]
      }
      try fuzz("x.onnx", sound) { _ = try ONNXModel(contentsOf: $0) }
    }
  }
}
#endif
