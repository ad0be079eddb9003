import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// A training whose batches are cut into eight parts, on this process alone.
@Suite("Parts of batches on one rank")
struct SingleRankTests {
  private typealias Examples = Batch<Tensor, IntTensor>

  private static func loader(
    count: Int = 83, batchSize: Int = 32
  ) -> DataLoader<TensorDataset<Tensor, IntTensor>> {
    let x = HashSequence.tensor([count, 4], seed: 5, low: -1, high: 1)
    let labels = (0..<count).map { Int32(x.scalars[4 * $0] > 0 ? 1 : 0) }
    return DataLoader(
      TensorDataset(features: x, labels: IntTensor(labels)), batchSize: batchSize, shuffle: true,
      seed: 1)
  }

  private static func network(_ more: () -> [any Layer] = { [] }) -> Sequential {
    withRandomSeed(3) {
      Sequential {
        Linear(4, 16)
        Tanh()
        more()
        Linear(16, 2)
      }
    }
  }

  private static func trainer(
    _ model: Sequential, _ distribution: (any Distribution)?, _ callbacks: [any Callback] = []
  ) -> Trainer<Examples> {
    Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0.2, momentum: 0.9),
      loss: .classification, distribution: distribution, clipNorm: 1, callbacks: callbacks,
      showsProgress: false)
  }

  @Test("a step is that of the whole batch, also of an uneven last one or one of three examples")
  func wholeBatch() throws {
    for count in [83, 67] {
      let (whole, cut) = (Self.network(), Self.network())
      let first = try Self.trainer(whole, nil).fit(Self.loader(count: count), epochs: 2)
      let second = try Self.trainer(cut, SingleRank()).fit(Self.loader(count: count), epochs: 2)
      for (a, b) in zip(whole.parameters, cut.parameters) { expectClose(a.value, b.value) }
      for (a, b) in zip(first.epochs, second.epochs) {
        #expect(abs(a.trainingLoss - b.trainingLoss) < 1e-6)
      }
    }
  }

  @Test("layers draw for parts what they draw for the whole batch")
  func draws() throws {
    for count in [83, 67, 35] {
      func network() -> Sequential {
        Self.network {
          [Linear(16, 16), ReLU(), Dropout(0.4), GaussianNoise(0.1), ChannelDropout(0.3)]
        }
      }
      let (whole, cut) = (network(), network())
      try Self.trainer(whole, nil).fit(Self.loader(count: count), epochs: 2)
      try Self.trainer(cut, SingleRank()).fit(Self.loader(count: count), epochs: 2)
      for (a, b) in zip(whole.parameters, cut.parameters) { expectClose(a.value, b.value) }
      #expect(whole.randomStreams == cut.randomStreams)
    }
  }

  @Test("the bits are those of any number of threads")
  func threads() throws {
    func values(_ count: Int) throws -> [[Float]] {
      let model = Self.network { [Dropout(0.5)] }
      return try onThreads(count) {
        try Self.trainer(model, SingleRank()).fit(Self.loader(), epochs: 1)
        return model.parameters.map(\.value.scalars)
      }
    }
    let one = try values(1)
    for count in [2, 3] { #expect(try values(count) == one) }
  }

  @Test("running statistics are the means over the parts, and count steps")
  func statistics() throws {
    let norm = BatchNorm1D(16)
    let model = Self.network { [norm] }
    let other = Self.network { [BatchNorm1D(16)] }
    let before = other.namedBuffers.map { $0.buffer.value }
    let loader = Self.loader(count: 32)
    var means = before.map { Tensor(zeros: $0.shape) }
    for parts in IteratorSequence(loader.makeIterator(overParts: 0..<8, of: 8)) {
      for part in parts {
        for (buffer, value) in zip(other.namedBuffers, before) { buffer.buffer.value = value }
        _ = other(part!.inputs)
        for (index, buffer) in other.namedBuffers.enumerated() {
          means[index] += buffer.buffer.value / 8
        }
      }
    }
    try Self.trainer(model, SingleRank()).fit(Self.loader(count: 32), epochs: 1)
    for (buffer, mean) in zip(model.namedBuffers, means) {
      expectClose(buffer.buffer.value, mean, tolerance: 1e-6)
    }
    #expect(norm.numBatchesTracked.value.scalar == 1)
  }

  @Test("synchronized norms have the statistics of the whole batch, forward and backward")
  func synchronized() throws {
    let (whole, cut) = (
      Self.network { [BatchNorm1D(16), Tanh()] }, Self.network { [BatchNorm1D(16), Tanh()] }
    )
    cut.synchronizeBatchNorms()
    // The last batch has three examples for eight parts.
    try Self.trainer(whole, nil).fit(Self.loader(count: 67), epochs: 2)
    try Self.trainer(cut, SingleRank()).fit(Self.loader(count: 67), epochs: 2)
    for (a, b) in zip(whole.parameters, cut.parameters) {
      expectClose(b.value, a.value, tolerance: 2e-5, a.name)
    }
    for (a, b) in zip(whole.namedBuffers, cut.namedBuffers) {
      expectClose(b.buffer.value, a.buffer.value, tolerance: 1e-5, a.name)
    }
  }

  @Test("a step passes over the draws of the whole batch")
  func streams() throws {
    let dropout = Dropout(0.5)
    let model = Self.network { [dropout] }
    let trainer = Self.trainer(model, SingleRank())
    let before = dropout.stream.position
    try trainer.fit(Self.loader(count: 32), epochs: 1)
    let after = dropout.stream.position
    #expect(after - before == 32 * 16)
    try trainer.fit(Self.loader(count: 32), epochs: 2)
    #expect(dropout.stream.position - after == 32 * 16)
  }

  @Test("a loss or a gradient that is not finite changes nothing")
  func notFinite() throws {
    let set = TensorDataset(
      features: Tensor(concatenating: 31, Tensor(hash: 1, [32, 4])),
      labels: IntTensor((0..<32).map { Int32($0 % 2) }))
    let dropout = Dropout(0.5)
    let norm = BatchNorm1D(16)
    let model = Self.network { [norm, dropout] }
    let before = model.stateDictionary.mapValues(\.scalars)
    let place = dropout.stream
    let trainer = Self.trainer(model, SingleRank())
    #expect(throws: TrainingError.self) {
      try trainer.fit(DataLoader(set, batchSize: 32), epochs: 1)
    }
    #expect(model.stateDictionary.mapValues(\.scalars) == before)
    #expect(dropout.stream == place)
    #expect(trainer.stepCount == 0)
  }

  @Test("it resumes in the middle of an epoch with the same bits, also a sharded optimizer")
  func resumes() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors")
    let whole = Self.network { [Dropout(0.5)] }
    try Self.trainer(whole, SingleRank()).fit(Self.loader(), epochs: 3)
    let first = Self.network { [Dropout(0.5)] }
    try Self.trainer(first, SingleRank(), [Budget(steps: 4), Checkpoints(file)])
      .fit(Self.loader(), epochs: 3)
    let second = Self.network { [Dropout(0.5)] }
    let trainer = Trainer(
      second, optimizer: SGD(second.parameters, learningRate: 0.2, momentum: 0.9),
      loss: .classification, distribution: SingleRank(), shardsOptimizer: true, clipNorm: 1,
      showsProgress: false)
    #expect(try trainer.resumeIfThere(from: file))
    #expect(trainer.stepCount == 4)
    try trainer.fit(Self.loader(), epochs: 3)
    for (a, b) in zip(whole.parameters, second.parameters) { expectIdentical(a.value, b.value) }
  }

  @Test("a parameter that no part uses gets no gradient and no update")
  func unused() throws {
    let used = Self.network()
    let spare = Linear(2, 2)
    let both = Sequential([used, spare])
    let trainer = Trainer<Examples>(
      both, optimizer: AdamW(both.parameters, weightDecay: 0.5),
      loss: { _, batch in crossEntropy(used(batch.inputs), batch.targets) },
      distribution: SingleRank(), showsProgress: false)
    let before = spare.weight.value.scalars
    try trainer.fit(Self.loader(), epochs: 1)
    #expect(spare.weight.value.scalars == before)
    #expect(spare.weight.gradient == nil && used.parameters[0].gradient != nil)
  }

  @Test("accumulation, and a training set that cannot be cut, stop")
  func mistakes() async {
    let accumulation = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = Self.network()
      _ = Trainer<Examples>(
        model, optimizer: SGD(model.parameters, learningRate: 1), loss: .classification,
        distribution: SingleRank(), accumulationSteps: 2)
    }
    expectMessage(accumulation, "Trainer: accumulationSteps with a distribution")
    let list = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Self.trainer(Self.network(), SingleRank()).fit(Array(Self.loader()), epochs: 1)
    }
    expectMessage(list, "the training set is to be a DataLoader")
  }

  @Test("the mean of gradients by a loop of one's own")
  func average() {
    let (a, b) = (Self.network(), Self.network())
    let batch = Self.loader().makeIterator().next()!
    crossEntropy(a(batch.inputs), batch.targets).backward()
    GradientAverage(of: b.parameters, over: SingleRank())
      .backward(crossEntropy(b(batch.inputs), batch.targets), weight: 7)
    SingleRank().average(a.parameters, weight: 3)
    for (x, y) in zip(a.parameters, b.parameters) { expectIdentical(x.gradient!, y.gradient!) }
  }
}

extension Tensor {
  /// Rows of which the one of an index is NaN.
  fileprivate init(concatenating index: Int, _ rows: Tensor) {
    var scalars = rows.scalars
    scalars[index * rows.shape[1]] = .nan
    self.init(scalars, shape: rows.shape)
  }
}
