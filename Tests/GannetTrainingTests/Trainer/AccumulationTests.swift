import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Steps of several batches are those of one large batch.
@Suite("Gradient accumulation")
struct AccumulationTests {
  typealias Tokens = Batch<IntTensor, IntTensor>

  private static let optimizers: [String: @Sendable (Parameters) -> Optimizer] = [
    "SGD": { SGD($0, learningRate: 0.2, momentum: 0.9) }, "Adam": { Adam($0, learningRate: 0.01) },
  ]

  private static func network() -> Sequential {
    withRandomSeed(3) {
      Sequential {
        Linear(4, 16)
        Tanh()
        Linear(16, 2)
      }
    }
  }

  /// Shuffled examples. Of 97, an epoch ends with a batch of 1 in an incomplete group; of 93, with
  /// one of 5, in a group that is complete for 2 and 3 batches of 8.
  private static func loader(
    batchSize: Int, count: Int = 97
  ) -> DataLoader<TensorDataset<Tensor, IntTensor>> {
    let x = HashSequence.tensor([count, 4], seed: 5, low: -1, high: 1)
    let labels = (0..<count).map { Int32(x.scalars[4 * $0] > 0 ? 1 : 0) }
    return DataLoader(
      TensorDataset(features: x, labels: IntTensor(labels)), batchSize: batchSize, shuffle: true,
      seed: 1)
  }

  private static func trainer(
    _ optimizer: String, parts: Int, clipNorm: Float? = nil, _ callbacks: [any Callback] = []
  ) -> (Sequential, Trainer<Examples>) {
    let model = network()
    let trainer = Trainer(
      model, optimizer: optimizers[optimizer]!(model.parameters), loss: .classification,
      accumulationSteps: parts, clipNorm: clipNorm, callbacks: callbacks, showsProgress: false)
    return (model, trainer)
  }

  private static func expectSame(_ a: Sequential, _ b: Sequential, within tolerance: Float = 1e-6) {
    for (x, y) in zip(a.parameters, b.parameters) {
      let difference = zip(x.value.scalars, y.value.scalars).map { abs($0 - $1) }.max()!
      #expect(difference <= tolerance, "\(x.name): \(difference)")
    }
  }

  @Test(
    "2, 3 and 7 parts with an uneven last group are the large batch",
    arguments: [2, 3, 7], [97, 93])
  func largeBatch(parts: Int, count: Int) throws {
    for optimizer in Self.optimizers.keys.sorted() {
      let large = Self.trainer(optimizer, parts: 1)
      let small = Self.trainer(optimizer, parts: parts)
      let expected = try large.1.fit(
        Self.loader(batchSize: 8 * parts, count: count), epochs: 3)
      let history = try small.1.fit(Self.loader(batchSize: 8, count: count), epochs: 3)
      #expect(small.1.stepCount == large.1.stepCount)
      #expect(small.1.stepCount == 3 * (count / (8 * parts) + 1))
      for (a, b) in zip(history.epochs, expected.epochs) {
        #expect(abs(a.trainingLoss - b.trainingLoss) < 1e-6)
      }
      Self.expectSame(small.0, large.0)
    }
  }

  @Test("parts that are equal to one step by hand: the uneven part counts by its examples")
  func byHand() throws {
    let batches = Array(Self.loader(batchSize: 40))  // 40, 40 and 17
    let (model, trainer) = Self.trainer("SGD", parts: 3)
    let loss = try trainer.step(accumulating: batches)
    let copy = Self.network()
    let all = (0..<3).map { crossEntropy(copy(batches[$0].inputs), batches[$0].targets) }
    let expected = (all[0] * 40 + all[1] * 40 + all[2] * 17) / 97
    #expect(abs(loss - Double(expected.scalar)) < 1e-6)
    expected.backward()
    for (a, b) in zip(model.parameters, copy.parameters) {
      expectClose(try #require(a.gradient), try #require(b.gradient))
    }
  }

  @Test("clipping sees the gradient of the whole step")
  func clipping() throws {
    let large = Self.trainer("SGD", parts: 1, clipNorm: 0.05)
    let small = Self.trainer("SGD", parts: 3, clipNorm: 0.05)
    try large.1.fit(Self.loader(batchSize: 24), epochs: 1)
    try small.1.fit(Self.loader(batchSize: 8), epochs: 1)
    Self.expectSame(small.0, large.0)
  }

  // MARK: Tokens

  /// 14 sequences of 5 tokens; the label 0 is padding, of which each sequence has another number.
  private static let sequences: [(tokens: [Int32], labels: [Int32])] = (0..<14).map { row in
    let tokens = (0..<5).map { Int32(1 + (row * 7 + $0 * 3) % 5) }
    let length = row % 4 == 3 ? 0 : 1 + row % 5
    return (tokens, (0..<5).map { $0 < length ? Int32(1 + (row + $0 * 2) % 5) : 0 })
  }

  private static func tokens(_ rows: Range<Int>) -> Tokens {
    let chosen = sequences[rows]
    return Tokens(
      inputs: IntTensor(chosen.flatMap(\.tokens), shape: [rows.count, 5]),
      targets: IntTensor(chosen.flatMap(\.labels), shape: [rows.count, 5]))
  }

  private final class TokenModel: Module {
    let embedding = Embedding(6, 8)
    let head = Linear(8, 6)
    func logits(_ tokens: IntTensor) -> Tensor {
      head(embedding(tokens).reshaped(to: [tokens.count, 8]))
    }
  }

  private static func tokenTrainer(
    parts: Int, _ optimizer: String
  ) -> (TokenModel, Trainer<Tokens>) {
    let model = withRandomSeed(2) { TokenModel() }
    let objective = Objective<TokenModel, Tokens>(
      loss: { model, batch in
        crossEntropy(
          model.logits(batch.inputs), batch.targets.reshaped(to: [batch.targets.count]),
          ignoring: 0)
      }, weight: { Double($0.targets.scalars.count { $0 != 0 }) })
    let trainer = Trainer(
      model, optimizer: optimizers[optimizer]!(model.parameters), loss: objective,
      accumulationSteps: parts, showsProgress: false)
    return (model, trainer)
  }

  @Test(
    "a loss that is a mean over tokens is weighted by them, batches of padding alone too",
    arguments: [2, 3, 7], ["SGD", "Adam"])
  func byTokens(parts: Int, optimizer: String) throws {
    let small = Self.tokenTrainer(parts: parts, optimizer)
    let large = Self.tokenTrainer(parts: 1, optimizer)
    try small.1.fit((0..<14).map { Self.tokens($0..<$0 + 1) }, epochs: 2)
    let groups = stride(from: 0, to: 14, by: parts).map { Self.tokens($0..<min($0 + parts, 14)) }
    try large.1.fit(groups, epochs: 2)
    #expect(small.1.stepCount == 2 * groups.count)
    for (a, b) in zip(small.0.parameters, large.0.parameters) {
      let pairs = zip(a.value.scalars, b.value.scalars)
      #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-6 }, "\(a.name)")
    }
  }

  // MARK: Faults and resumption

  @Test("a training resumes in the middle of an epoch to the same bits", arguments: 1...5)
  func resumes(at step: Int) throws {
    let whole = Self.trainer("Adam", parts: 3)
    // 13 batches: groups of 3, 3, 3, 3 and 1, so that step 5 is the last, incomplete one.
    let expected = try whole.1.fit(Self.loader(batchSize: 8), epochs: 2)
    let first = Self.trainer("Adam", parts: 3, [Budget(steps: step)])
    try first.1.fit(Self.loader(batchSize: 8), epochs: 2)
    #expect(first.1.stepCount == step)
    let second = Self.trainer("Adam", parts: 3)
    try second.1.resume(first.1.checkpoint())
    let history = try second.1.fit(Self.loader(batchSize: 8), epochs: 2)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    #expect(second.1.stepCount == 10)
    for (a, b) in zip(second.0.parameters, whole.0.parameters) {
      #expect(a.value.scalars == b.value.scalars)
    }
    // The interrupted trainer, without its budget, also continues to the same parameters.
    first.1.callbacks = []
    try first.1.fit(Self.loader(batchSize: 8), epochs: 2)
    #expect(first.0.parameters[0].value.scalars == whole.0.parameters[0].value.scalars)
  }

  @Test("a part that is not finite changes nothing", arguments: [0, 1, 2, 4])
  func notFinite(at loss: Int) throws {
    let (sound, faulty) = (
      FaultyTraining(accumulationSteps: 3), FaultyTraining(accumulationSteps: 3)
    )
    let expected = try sound.trainer.fit(TrainerTests.task(), epochs: 2)
    faulty.poisoned = [loss]
    let loader = TrainerTests.task()
    let error = #expect(throws: TrainingError.self) { try faulty.trainer.fit(loader, epochs: 2) }
    #expect(error?.step == loss / 3)
    #expect(faulty.trainer.stepCount == loss / 3)
    let history = try faulty.trainer.fit(loader, epochs: 2)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    #expect(try faulty.state == sound.state)
  }

  @Test("a part whose loss is not finite refuses the whole step", arguments: [0, 1, 2])
  func notFiniteLoss(at part: Int) throws {
    let layer = withRandomSeed(1) { Linear(1, 1) }
    let before = layer.parameters.map(\.value.scalars)
    let trainer = Trainer<Float>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0.1),
      loss: { model, x in (model.weight.value * x).sum() }, accumulationSteps: 3,
      showsProgress: false)
    var parts: [Float] = [1, 2, 3]
    parts[part] = .infinity
    #expect(throws: TrainingError.self) { try trainer.fit(parts, epochs: 1) }
    #expect(trainer.stepCount == 0)
    #expect(layer.parameters.map(\.value.scalars) == before)
  }

  @Test("a skipped step skips its whole group")
  func skips() throws {
    let training = FaultyTraining(accumulationSteps: 3)
    training.trainer.skipsNonFiniteSteps = true
    training.poisoned = [1]
    let history = try training.trainer.fit(TrainerTests.task(), epochs: 1)
    #expect(history.epochs[0].skippedBatches == 1)
    #expect(training.trainer.stepCount == 1)
  }

  @Test("steps of no batch stop")
  func badSteps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Self.trainer("SGD", parts: 0)
    }
    expectMessage(result, "Trainer: accumulationSteps 0, expected 1 or more")
  }

  @Test("accumulated steps have the same bits on any number of threads")
  func threads() throws {
    let runs = try [1, 2, 3].map { count in
      try onThreads(count) {
        let (model, trainer) = Self.trainer("Adam", parts: 3)
        try trainer.fit(Self.loader(batchSize: 8), epochs: 1)
        return model.parameters.map(\.value.scalars)
      }
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
  }
}
