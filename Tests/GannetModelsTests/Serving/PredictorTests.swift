import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite("Predictor")
struct PredictorTests {
  @Test("every network of images gives the model's scores", arguments: SampleNetwork.all)
  func networks(_ network: SampleNetwork) throws {
    let model = network.model()
    let predictor = try Predictor(model, example: network.images(1, seed: 1))
    #expect(!predictor.operationNames.contains("dropout"))
    for count in [1, 3] {
      let x = network.images(count, seed: UInt32(count) + 5)
      let wanted = model.evaluating { model(x) }
      for _ in 0..<2 { expectClose(predictor(x), wanted, tolerance: 1e-5) }
    }
  }

  @Test("batch norms behind convolutions are gone")
  func folding() throws {
    let predictor = try Predictor(ResNet.resNet18(), example: Tensor(hash: 1, [2, 1, 64, 64]))
    #expect(!predictor.operationNames.contains("batchNorm"))
    #expect(predictor.operationNames.count { $0 == "conv2D" } == 20)
    #expect(!predictor.operationNames.contains("sum") && !predictor.operationNames.contains("relu"))
  }

  @Test("language models and translators")
  func sequences() throws {
    let tokens = HashSequence.labels(10, classes: 28, seed: 1).reshaped(to: [5, 2])
    let others = HashSequence.labels(15, classes: 28, seed: 2).reshaped(to: [5, 3])
    func check(_ model: some NextTokenModel) throws {
      let predictor = try Predictor(model, tokens: tokens, batchAxis: 1) {
        model($0, state: nil).logits
      }
      expectClose(
        predictor(others), model.evaluating { model(others, state: nil).logits }, tolerance: 1e-5)
    }
    try check(LanguageModel(RNN(28, 16)))
    try check(LanguageModel(GRU(28, 16, layers: 2)))
    try check(LanguageModel(LSTM(28, 16, isBidirectional: true)))
    try check(GPT(vocabularySize: 28, size: 32, layers: 2, heads: 4, context: 16))
    let settings = TransformerSettings.book(32)
    let translator = EncoderDecoder(
      TokenTransformerEncoder(28, layers: 2, settings),
      TokenTransformerDecoder(28, layers: 2, settings))
    let predictor = try Predictor(
      translator, source: tokens.transposed(), target: tokens.transposed(),
      sourceLengths: IntTensor([2, 5]))
    let (source, lengths) = (others.transposed(), IntTensor([5, 1, 3]))
    expectClose(
      predictor(source, source, sourceLengths: lengths),
      translator.evaluating { translator(source, source, sourceLengths: lengths) },
      tolerance: 1e-5)
  }

  @Test("the weights are those of the time of preparation")
  func snapshot() throws {
    let model = MultilayerPerceptron.concise()
    let x = Tensor(hash: 1, [2, 1, 28, 28])
    let predictor = try Predictor(model, example: x)
    let before = predictor(x)
    withoutGradients { for each in model.parameters { each.value *= 2 } }
    expectIdentical(predictor(x), before)
  }

  private final class Own: Layer {
    let scale = Parameter(Tensor([2]))
    let body: (Tensor) -> Tensor
    init(_ body: @escaping (Tensor) -> Tensor) { self.body = body }
    func callAsFunction(_ x: Tensor) -> Tensor { body(x) * scale.value }
  }

  @Test("a user's own module, and what one must not do")
  func own() throws {
    let x = Tensor(hash: 1, [3, 4])
    let fine = Own { softmax($0) + $0.max(along: 1, keepingAxes: true) }
    expectClose(try Predictor(fine, example: x)(x), fine(x), tolerance: 1e-6)
    func message(_ model: Own) -> String {
      do {
        _ = try Predictor(model, example: x)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(Own { $0.sum().scalar > 0 ? $0 : -$0 }).contains("reads a value"))
    #expect(message(Own { $0 * Float($0.shape[0]) }).contains("changes by"))
    #expect(message(Own { $0.shape[0] > 1 ? exp($0) : log($0) }).contains("operation 0"))
  }

  /// An operation that counts how often it is computed.
  private struct Counted: TensorOperation {
    final class Counter { var count = 0 }
    let counter: Counter
    var name: String { "counted" }
    func shapes(of inputs: GraphInputs) -> [Shape]? { [inputs[0].shape] }
    func result(of inputs: consuming GraphInputs) -> Tensor {
      counter.count += 1
      return inputs[0] * 2
    }
  }

  @Test("preparing runs the model on one example, and the list of its operations once")
  func counts() throws {
    let counted = Counted(counter: Counted.Counter())
    let model = Own { x in Trace.current!.record(counted, [x]) }
    let predictor = try Predictor(model, example: Tensor(hash: 1, [8, 4]))
    #expect(counted.counter.count == 2)
    _ = predictor(Tensor(zeros: [3, 4]))
    #expect(counted.counter.count == 3)
  }

  @Test("another shape stops with both")
  func shapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let predictor = try Predictor(Linear(4, 2), example: Tensor(zeros: [1, 4]))
      _ = predictor(Tensor(zeros: [2, 5]))
    }
    expectMessage(result, "Predictor: inputs [[2, 5]], expected [[0, 4]]")
  }

  @Test("four tasks that predict at once get what one gets")
  func concurrent() async throws {
    let model = LeNet()
    let predictor = try Predictor(model, example: Tensor(hash: 1, [1, 1, 28, 28]))
    let expected = (0..<4).map { predictor(Tensor(hash: UInt32($0), [8, 1, 28, 28])).scalars }
    let results = await withTaskGroup(of: (Int, Bool).self) { group in
      for task in 0..<4 {
        let wanted = expected[task]
        group.addTask {
          let same = (0..<50).allSatisfy { _ in
            predictor(Tensor(hash: UInt32(task), [8, 1, 28, 28])).scalars == wanted
          }
          return (task, same)
        }
      }
      return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
    }
    #expect(results == [0: true, 1: true, 2: true, 3: true])
  }

  @Test("the same bits on any number of threads")
  func threads() throws {
    let model = withRandomSeed(1) { ResNet.resNet18() }
    let x = Tensor(hash: 1, [2, 1, 64, 64])
    let results = try [1, 2, 3].map { count in
      try onThreads(count) { try Predictor(model, example: x)(x) }
    }
    for result in results.dropFirst() { expectIdentical(result, results[0]) }
  }
}
