#if ONNX
import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetONNX
import GannetTensor
import TestSupport
import Testing

@Suite("ONNX import")
struct ImportTests {
  private let folder: TemporaryFolder
  private let url: URL

  init() throws {
    folder = try TemporaryFolder()
    url = folder.file("model.onnx")
  }

  @Test(
    "an exported network that is read again gives the same scores", arguments: SampleNetwork.small)
  func roundTrip(_ network: SampleNetwork) throws {
    let model = network.model()
    try ONNX.export(model, example: network.images(1, seed: 9), to: url)
    let read = try ONNXModel(contentsOf: url)
    let predictor = try Predictor(read, example: network.images(1, seed: 9))
    for count in [1, 3] {
      let x = network.images(count, seed: UInt32(count))
      let wanted = model.evaluating { model(x) }
      expectClose(read.evaluating { read(x) }, wanted)
      expectClose(predictor(x), wanted)
    }
    let state = model.stateDictionary
    for (name, tensor) in read.stateDictionary {
      if let own = state[name] { expectIdentical(tensor, own, name) }
    }
    // The last layer of the Vision Transformer uses its projection's weight in parts.
    let names = Set(read.stateDictionary.keys.map { $0.replacing(/\.part(_\d+)?$/, with: "") })
    let missing = state.keys.filter {
      !names.contains($0) && !$0.hasSuffix("num_batches_tracked")
    }
    #expect(missing == [])
  }

  @Test("language models, both conventions of a GRU, and a translator")
  func sequences() throws {
    let tokens = HashSequence.labels(10, classes: 28, seed: 1).reshaped(to: [5, 2])
    let others = HashSequence.labels(15, classes: 28, seed: 2).reshaped(to: [5, 3])
    func check(_ model: some NextTokenModel) throws {
      try ONNX.export(model, tokens: tokens, batchAxis: 1, to: url) {
        model($0, state: nil).logits
      }
      let read = try ONNXModel(contentsOf: url)
      let wanted = model.evaluating { model(others, state: nil).logits }
      expectClose(read.evaluating { read(others) }, wanted)
    }
    try check(LanguageModel(RNN(28, 16, nonlinearity: .relu)))
    try check(LanguageModel(GRU(28, 16, layers: 2)))
    try check(LanguageModel(GRU(28, 16, resetBeforeProduct: true)))
    try check(LanguageModel(LSTM(28, 16, isBidirectional: true)))
    try check(GPT(vocabularySize: 28, size: 32, layers: 2, heads: 4, context: 16))
    let settings = TransformerSettings.book(32)
    let translator = EncoderDecoder(
      TokenTransformerEncoder(28, layers: 2, settings),
      TokenTransformerDecoder(28, layers: 2, settings))
    let (source, lengths) = (others.transposed(), IntTensor([5, 1, 3]))
    try ONNX.export(translator, source: source, target: source, sourceLengths: lengths, to: url)
    let read = try ONNXModel(contentsOf: url)
    #expect(read.inputNames == ["source", "target", "source_lengths"])
    let result = try read.evaluating {
      try read(integers: ["source": source, "target": source, "source_lengths": lengths])
    }
    expectClose(
      try #require(result["output"]),
      translator.evaluating { translator(source, source, sourceLengths: lengths) })
  }

  @Test("a step of training changes the weights as in the model itself")
  func fineTuning() throws {
    let model = withRandomSeed(1) { LeNet() }
    let x = Tensor(hash: 1, [4, 1, 28, 28])
    let labels = HashSequence.labels(4, classes: 10, seed: 1)
    try ONNX.export(model, example: x, to: url, weights: .beside)
    let read = try ONNXModel(contentsOf: url)
    for (layer, parameters) in [(model as any Layer, model.parameters), (read, read.parameters)] {
      let optimizer = SGD(parameters, learningRate: 0.5)
      crossEntropy(layer(x), labels).backward()
      optimizer.step()
    }
    let (own, others) = (model.stateDictionary, read.stateDictionary)
    #expect(own.count == others.count)
    for (name, tensor) in own { expectClose(try #require(others[name]), tensor) }
  }

  private final class Own: Layer {
    let body: (Tensor) -> Tensor
    init(_ body: @escaping (Tensor) -> Tensor) { self.body = body }
    func callAsFunction(_ x: Tensor) -> Tensor { body(x) }
  }

  @Test("sizes that several axes have from the number of examples")
  func severalBatchAxes() throws {
    let model = Own { x in
      let count = x.shape[0]
      let pairs = matmul(x, x, transposingB: true).reshaped(to: [count, count, 1])
      return (pairs * x.reshaped(to: [1, count, 3])).reshaped(to: [count, 3 * count])
        .reshaped(to: [3 * count, count]).sum(along: 1).reshaped(to: [count, 3])
    }
    try ONNX.export(model, example: Tensor(hash: 1, [1, 3]), to: url)
    let read = try ONNXModel(contentsOf: url)
    for count in [1, 2, 5] {
      let x = Tensor(hash: UInt32(count), [count, 3])
      expectClose(read(x), model(x))
    }
  }

  @Test("any number of time steps, of recurrent layers, and up to the example's, of attention")
  func timeAxis() throws {
    func tokens(_ steps: Int, _ count: Int) -> IntTensor {
      HashSequence.labels(steps * count, classes: 28, seed: UInt32(steps)).reshaped(
        to: [steps, count])
    }
    func check(_ model: some NextTokenModel, _ lengths: [Int]) throws {
      try ONNX.export(model, tokens: tokens(6, 2), batchAxis: 1, timeAxis: 0, to: url) {
        model($0, state: nil).logits
      }
      let read = try ONNXModel(contentsOf: url)
      for (steps, count) in zip(lengths, [3, 1, 2]) {
        let x = tokens(steps, count)
        expectClose(read.evaluating { read(x) }, model.evaluating { model(x, state: nil).logits })
      }
    }
    try check(LanguageModel(GRU(28, 16, layers: 2)), [1, 6, 11])
    try check(LanguageModel(LSTM(28, 16, isBidirectional: true)), [2, 5, 9])
    try check(GPT(vocabularySize: 28, size: 32, layers: 2, heads: 4, context: 16), [1, 4, 6])
    let bert = BERT(vocabularySize: 28, size: 32, layers: 2, heads: 4)
    try ONNX.export(bert, tokens: tokens(2, 7), timeAxis: 1, to: url) { bert($0) }
    let read = try ONNXModel(contentsOf: url)
    let x = tokens(3, 4)
    expectClose(read.evaluating { read(x) }, bert.evaluating { bert(x) })
    let message = try Onnx_ModelProto(serializedBytes: Data(contentsOf: url))
    let dimensions = message.graph.input[0].type.tensorType.shape.dim
    #expect(dimensions.map(\.dimParam) == ["batch", "time"])
    let error = #expect(throws: ONNXExportError.self) {
      try ONNX.export(
        Own { $0 * Float($0.shape[1]).squareRoot() }, example: Tensor(hash: 1, [1, 5]), timeAxis: 1,
        to: url)
    }
    #expect("\(error!)".contains("a constant of shape [] that for fewer steps is another"))
  }

  @Test("comparisons and choices beside NaN and infinities")
  func extremes() throws {
    let function = ExtremeComparisons.function
    // The traced results are compared, so that those of the example must be finite.
    let numbers = Tensor([-1.5, -1, 0, 0.5, 1, 2, 3, 4])
    try ONNX.export(
      Own { function([$0, numbers.unsqueezed(at: 0)]) }, example: Tensor(hash: 1, [8, 1]), to: url)
    let read = try ONNXModel(contentsOf: url)
    let x = ExtremeComparisons.inputs[0]
    expectClose(read(x), function([x, numbers.unsqueezed(at: 0)]))
  }

  @Test("every operation by itself", arguments: TracedSample.all)
  func operations(_ sample: TracedSample) throws {
    let values = sample.inputs(seed: 3)
    let (graph, results) = try Trace.graph(
      of: { [.tensor(sample.function($0.map(\.tensor)))] }, on: values.map { .tensor($0) })
    let inputs = values.enumerated().map { ONNX.Input("x\($0.offset)", .tensor($0.element)) }
    let model: ExportedModel
    do {
      model = try ExportedModel(
        graph, title: "operation", inputs: inputs, batchAxis: nil,
        outputSizes: results[0].shape.map { .constant($0) })
    } catch ONNXExportError.unsupported(let operations) {
      let without = ["matrices", "in place"]
      #expect(without.contains(sample.testDescription), "\(operations)")
      return
    }
    try ModelFile(model, to: url, .inside).write()
    let read = try ONNXModel(contentsOf: url)
    let result = try withoutGradients {
      try read(Dictionary(uniqueKeysWithValues: zip(read.inputNames, values)))
    }
    expectClose(try #require(result["output"]), results[0].tensor)
  }
}
#endif
