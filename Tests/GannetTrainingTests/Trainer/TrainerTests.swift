import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Trainer")
struct TrainerTests {
  /// 96 points of two classes, told apart by the sign of their first coordinate.
  static func task(
    batchSize: Int = 16, shuffle: Bool = true
  ) -> DataLoader<TensorDataset<Tensor, IntTensor>> {
    let x = HashSequence.tensor([96, 4], seed: 5, low: -1, high: 1)
    let labels = (0..<96).map { Int32(x[$0].scalars[0] > 0 ? 1 : 0) }
    return DataLoader(
      TensorDataset(features: x, labels: IntTensor(labels)), batchSize: batchSize,
      shuffle: shuffle, seed: 1)
  }

  static func network() -> Sequential {
    withRandomSeed(3) {
      Sequential {
        Linear(4, 16)
        ReLU()
        Dropout(0.1)
        Linear(16, 2)
      }
    }
  }

  static func trainer(
    _ model: Sequential, callbacks: [any Callback] = []
  ) -> Trainer<Batch<Tensor, IntTensor>> {
    Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0.5),
      loss: .classification, callbacks: callbacks, showsProgress: false)
  }

  @Test("a separable task is learned, and the history tells of it")
  func learns() throws {
    let loader = Self.task()
    let trainer = Self.trainer(Self.network())
    let history = try trainer.fit(loader, validation: loader, epochs: 20)
    #expect(history.epochs.map(\.index) == Array(0..<20))
    #expect(history.epochs[19].trainingLoss < 0.3 * history.epochs[0].trainingLoss)
    #expect(try #require(history.epochs[19].validation["accuracy"]) > 0.95)
    #expect(trainer.stepCount == 20 * 6)
  }

  @Test("it takes the steps of a loop by hand, bit by bit")
  func equalsLoopByHand() throws {
    let (trained, byHand) = (Self.network(), Self.network())
    try Self.trainer(trained).fit(Self.task(), epochs: 3)
    let optimizer = SGD(byHand.parameters, learningRate: 0.5)
    let loader = Self.task()
    for _ in 0..<3 {
      for batch in loader {
        optimizer.zeroGradients()
        crossEntropy(byHand(batch.features), batch.labels).backward()
        optimizer.step()
      }
    }
    for (a, b) in zip(trained.parameters, byHand.parameters) {
      #expect(a.value.scalars == b.value.scalars)
    }
  }

  @Test("an evaluation weighs batches alike, as the book does, and keeps the mode")
  func evaluation() throws {
    let model = Self.network()
    let trainer = Self.trainer(model)
    let loader = Self.task(batchSize: 90, shuffle: false)  // 90 and 6
    let measured = try trainer.evaluate(loader)
    let losses = model.evaluating {
      loader.map { Double(crossEntropy(model($0.features), $0.labels).scalar) }
    }
    #expect(losses.count == 2)
    #expect(abs(try #require(measured["loss"]) - (losses[0] + losses[1]) / 2) < 1e-6)
    #expect(model.namedModules.allSatisfy { ($0.module as? Dropout)?.isTraining ?? true })
    #expect(model.parameters.allSatisfy { $0.gradient == nil })
  }

  @Test("it trains a network that is in prediction mode in training mode, and puts the mode back")
  func modes() throws {
    let model = Self.network()
    model.eval()
    let dropout = try #require(model[2] as? Dropout)
    var modes: [Bool] = []
    let trainer = Self.trainer(
      model, callbacks: [Hooks(onStep: { _ in modes.append(dropout.isTraining) })])
    try trainer.fit(Self.task(), validation: Self.task(), epochs: 1)
    #expect(modes == Array(repeating: true, count: 6))
    #expect(!dropout.isTraining)
  }

  @Test("a callback sees each step and each epoch, and can end the training")
  func callbacks() throws {
    var steps: [Int] = []
    var epochs: [Int] = []
    let trainer = Self.trainer(Self.network())
    trainer.callbacks = [
      Hooks(
        onStep: { [unowned trainer] progress in
          steps.append(progress.step)
          if progress.step == 8 { trainer.stop() }
        }, onEpoch: { epochs.append($0.index) })
    ]
    try trainer.fit(Self.task(), epochs: 5)
    #expect(steps == Array(0...8))
    #expect(epochs == [0])
  }

  @Test("what a callback throws ends the training")
  func throwing() {
    struct Stop: Error {}
    let trainer = Self.trainer(Self.network(), callbacks: [Hooks(onStep: { _ in throw Stop() })])
    #expect(throws: Stop.self) { try trainer.fit(Self.task(), epochs: 1) }
  }

  @Test("accuracy counts the first of equal logits")
  func accuracyOfTies() {
    let logits = Tensor([1, 1, 0, 2, 3, 1], shape: [3, 2])
    #expect(accuracy(logits, IntTensor([0, 1, 1])) == 2.0 / 3)
    #expect(accuracy(logits, IntTensor([0, 1, 0])) == 1)
  }

  @Test("binary logits are told by their sign")
  func accuracyOfBinaryLogits() {
    let labels = IntTensor([1, 0, 1, 1])
    #expect(accuracy([[2], [-1], [3], [4]], labels) == 1)
    #expect(accuracy([[2], [-1], [-3], [4]], labels) == 0.75)
    #expect(accuracy([2, -1, 3, 0], labels) == 0.75)
    #expect(accuracy([[2], [-1], [3], [4]], labels.reshaped(to: [4, 1])) == 1)
    var matrix = ConfusionMatrix(classes: 2)
    matrix.update(predictions: [[2], [-1], [-3], [4]], targets: labels)
    #expect(matrix.counts == [[1, 0], [1, 2]])
  }

  @Test("logits with a NaN predict no class")
  func accuracyOfNaN() {
    let logits = Tensor([.nan, 1, 1, .nan, 2, 1], shape: [3, 2])
    for labels: IntTensor in [[0, 0, 0], [0, 1, 0], [1, 1, 0]] {
      #expect(accuracy(logits, labels) == 1.0 / 3)
      var matrix = ConfusionMatrix(classes: 2)
      matrix.update(predictions: logits, targets: labels)
      #expect(matrix.accuracy == 1.0 / 3 && matrix.total == 3)
      #expect(matrix.unclassified.reduce(0, +) == 2 && matrix.recall[1] == 0)
    }
    #expect(accuracy(Tensor([.nan, -1, 1]), [0, 0, 1]) == 2.0 / 3)
    #expect(accuracy(Tensor([.nan, .nan], shape: [2, 1]), [0, 1]) == 0)
  }

  @Test("ignored labels count nothing, none at all are 0")
  func accuracyWithoutPadding() {
    let logits = Tensor([1, 0, 0, 1, 1, 0], shape: [3, 2])
    #expect(accuracy(logits, [0, 0, -100], ignoring: -100) == 0.5)
    #expect(accuracy(logits, [-100, -100, -100], ignoring: -100) == 0)
    #expect(accuracy(Tensor(zeros: [0, 2]), IntTensor([Int]())) == 0)
  }

  @Test("labels out of range stop with their class and the number of classes")
  func impossibleLabels() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = accuracy(Tensor(zeros: [3, 2]), IntTensor([0, 1, 2]))
    }
    expectMessage(result, "accuracy: label 2 is not in 0..<2, for logits of shape [3, 2]")
    let binary = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = accuracy(Tensor(zeros: [2, 1]), IntTensor([0, -1]))
    }
    expectMessage(binary, "accuracy: label -1 is not in 0..<2")
  }

  @Test("labels that don't fit the logits stop with both shapes")
  func wrongLabels() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = accuracy(Tensor(zeros: [3, 2]), IntTensor([0, 1]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("accuracy: shapes [3, 2] and [2] don't fit"))
  }
}
