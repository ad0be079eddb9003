#if ONNX
import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Where `scripts/test-onnx` wants files; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_ONNX"].map { URL(filePath: $0) }

/// Exported models, with inputs and results, for ONNX Runtime.
///
/// Beside NAME.onnx, NAME.safetensors has the tensors RUN.INPUT and RUN.output of each run.
@Suite(.enabled(if: folder != nil)) struct RuntimeFiles {
  private typealias Run = (inputs: [String: Tensor], output: Tensor)

  private func write(_ name: String, _ runs: [Run], _ export: (URL) throws -> Void) throws {
    let folder = try #require(folder)
    try export(folder.appending(path: "\(name).onnx"))
    var tensors: [String: Tensor] = [:]
    for (number, run) in runs.enumerated() {
      for (input, value) in run.inputs { tensors["\(number).\(input)"] = value }
      tensors["\(number).output"] = run.output
    }
    try Safetensors.write(tensors, to: folder.appending(path: "\(name).safetensors"))
  }

  @Test(arguments: SampleNetwork.all) func networks(_ network: SampleNetwork) throws {
    let model = network.model()
    let runs = [1, 3].map { count -> Run in
      let x = network.images(count, seed: UInt32(count))
      return (["input": x], model.evaluating { model(x) })
    }
    try write(network.testDescription.lowercased().replacing(" ", with: "_"), runs) {
      try ONNX.export(model, example: network.images(1, seed: 9), to: $0)
    }
  }

  private func tokens(_ steps: Int, _ count: Int, seed: UInt32) -> IntTensor {
    HashSequence.labels(steps * count, classes: 28, seed: seed).reshaped(to: [steps, count])
  }

  @Test func languageModels() throws {
    func write(_ name: String, _ model: some NextTokenModel) throws {
      let runs = [1, 3].map { count -> Run in
        let x = tokens(7, count, seed: UInt32(count))
        return (["tokens": Tensor(x)], model.evaluating { model(x, state: nil).logits })
      }
      try self.write(name, runs) {
        try ONNX.export(model, tokens: tokens(7, 1, seed: 9), batchAxis: 1, to: $0) {
          model($0, state: nil).logits
        }
      }
    }
    try withRandomSeed(1) {
      try write("rnn", LanguageModel(RNN(28, 16)))
      try write("rnn_relu", LanguageModel(RNN(28, 16, layers: 2, nonlinearity: .relu)))
      try write("gru", LanguageModel(GRU(28, 16, layers: 2)))
      try write("gru_book", LanguageModel(GRU(28, 16, resetBeforeProduct: true)))
      try write("lstm", LanguageModel(LSTM(28, 16)))
      try write("bi_lstm", LanguageModel(LSTM(28, 16, layers: 2, isBidirectional: true)))
      try write("gpt", GPT(vocabularySize: 28, size: 32, layers: 2, heads: 4, context: 16))
    }
  }

  /// Graphs of any number of time steps, at fewer and, without tables or masks by step, at more.
  @Test func timeAxis() throws {
    func write(_ name: String, _ model: some NextTokenModel, _ lengths: [Int]) throws {
      let runs = lengths.enumerated().map { number, steps -> Run in
        let x = tokens(steps, number + 1, seed: UInt32(steps))
        return (["tokens": Tensor(x)], model.evaluating { model(x, state: nil).logits })
      }
      try self.write("\(name)_time", runs) {
        try ONNX.export(
          model, tokens: tokens(7, 1, seed: 9), batchAxis: 1, timeAxis: 0, to: $0
        ) { model($0, state: nil).logits }
      }
    }
    try withRandomSeed(1) {
      try write("gru", LanguageModel(GRU(28, 16, layers: 2)), [1, 7, 12])
      try write("bi_lstm", LanguageModel(LSTM(28, 16, isBidirectional: true)), [3, 12])
      try write(
        "gpt", GPT(vocabularySize: 28, size: 32, layers: 2, heads: 4, context: 16), [1, 4, 7])
    }
  }

  @Test func translators() throws {
    func write(_ name: String, _ model: some SequenceToSequenceModel) throws {
      let runs = [1, 3].map { count -> Run in
        let source = tokens(6, count, seed: UInt32(count)).transposed()
        let target = tokens(5, count, seed: UInt32(count) + 10).transposed()
        let lengths = IntTensor(Array([4, 6, 1].prefix(count)))
        return (
          ["source": Tensor(source), "target": Tensor(target), "source_lengths": Tensor(lengths)],
          model.evaluating { model(source, target, sourceLengths: lengths) }
        )
      }
      try self.write(name, runs) {
        try ONNX.export(
          model, source: tokens(6, 2, seed: 9).transposed(),
          target: tokens(5, 2, seed: 8).transposed(),
          sourceLengths: IntTensor([3, 6]), to: $0)
      }
    }
    try withRandomSeed(1) {
      func encoder(_ readsPadding: Bool = true) -> Seq2SeqEncoder {
        Seq2SeqEncoder(
          28, embeddingSize: 8, hiddenSize: 16, layers: 2, readsPadding: readsPadding)
      }
      try write(
        "seq2seq",
        EncoderDecoder(
          encoder(), Seq2SeqDecoder(28, embeddingSize: 8, hiddenSize: 16, layers: 2)))
      try write(
        "seq2seq_lengths",
        EncoderDecoder(
          encoder(false), Seq2SeqDecoder(28, embeddingSize: 8, hiddenSize: 16, layers: 2)))
      try write(
        "bahdanau",
        EncoderDecoder(
          encoder(), Seq2SeqAttentionDecoder(28, embeddingSize: 8, hiddenSize: 16, layers: 2)))
      let settings = TransformerSettings.book(32)
      try write(
        "transformer",
        EncoderDecoder(
          TokenTransformerEncoder(28, layers: 2, settings),
          TokenTransformerDecoder(28, layers: 2, settings)))
    }
  }

  @Test func bert() throws {
    let model = withRandomSeed(1) { BERT(vocabularySize: 28, size: 32, layers: 2, heads: 4) }
    let runs = [1, 3].map { count -> Run in
      let x = tokens(7, count, seed: UInt32(count)).transposed()
      return (["tokens": Tensor(x)], model.evaluating { model(x) })
    }
    try write("bert", runs) {
      try ONNX.export(model, tokens: tokens(7, 1, seed: 9).transposed(), to: $0) { model($0) }
    }
  }

  private func write(
    _ operation: String, _ values: [Tensor], _ function: ([Tensor]) -> Tensor
  ) throws {
    let name = "operation_" + operation.replacing(" ", with: "_")
    let (graph, results) = try Trace.graph(
      of: { [.tensor(function($0.map(\.tensor)))] }, on: values.map { .tensor($0) })
    let named = values.enumerated().map { ("x\($0.offset)", $0.element) }
    let model = try ExportedModel(
      graph, title: name, inputs: named.map { ONNX.Input($0.0, .tensor($0.1)) }, batchAxis: nil,
      outputSizes: results[0].shape.map { .constant($0) })
    let run: Run = (Dictionary(uniqueKeysWithValues: named), results[0].tensor)
    try write(name, [run]) { try ModelFile(model, to: $0, .inside).write() }
  }

  /// Comparisons and choices beside NaN and infinities.
  @Test func extremes() throws {
    try write("extremes", ExtremeComparisons.inputs, ExtremeComparisons.function)
  }

  /// Every operation by itself, for inputs of fixed sizes.
  @Test func operations() throws {
    var unsupported: [String] = []
    for sample in TracedSample.all {
      let values = sample.inputs(seed: 3)
      do {
        try write(sample.testDescription, values, sample.function)
      } catch ONNXExportError.unsupported(let operations) {
        unsupported += operations
      }
    }
    #expect(unsupported == ["subscript", "diagonal"])
  }
}
#endif
