import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Training of dense blocks, whose layers write into one buffer and compute tensors anew.
@Suite struct DenseBlockTrainingTests {
  /// Features as images, `[N, 12]` to `[N, 3, 2, 2]`.
  private final class Images: Layer {
    func callAsFunction(_ x: Tensor) -> Tensor { x.reshaped(to: [x.shape[0], 3, 2, 2]) }
  }

  private static func network() -> Sequential {
    withRandomSeed(3) {
      Sequential {
        Linear(4, 12)
        Images()
        Conv2D(3, 6, kernelSize: 1)
        DenseBlock(6, layerCount: 2, growthRate: 4)
        DenseNet.transition(14, 7)
        DenseBlock(7, layerCount: 1, growthRate: 3, bottleneck: 2)
        GlobalAveragePool2D()
        Flatten()
        Dropout(0.2)
        Linear(10, 2)
      }
    }
  }

  @Test(arguments: [false, true])
  func aStepThatIsNotFiniteChangesNothing(isLoss: Bool) throws {
    let (sound, faulty) = (FaultyTraining(of: Self.network()), FaultyTraining(of: Self.network()))
    if !isLoss { faulty.poisoned = [2] }
    let batches = Array(TrainerTests.task())
    for batch in batches[..<2] {
      try sound.trainer.step(batch)
      try faulty.trainer.step(batch)
    }
    let before = try faulty.state
    let bad = Batch(inputs: batches[2].inputs * Tensor(.nan), targets: batches[2].targets)
    #expect(throws: TrainingError.self) {
      try faulty.trainer.step(isLoss ? bad : batches[2])
    }
    #expect(try faulty.state == before)
    for batch in batches[2...] {
      try sound.trainer.step(batch)
      try faulty.trainer.step(batch)
    }
    #expect(try faulty.state == sound.state)
  }

  @Test func aRunThatStopsGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors")
    let whole = FaultyTraining(of: Self.network())
    let expected = try whole.trainer.fit(
      TrainerTests.task(), validation: TrainerTests.task(), epochs: 3)
    let first = FaultyTraining(of: Self.network())
    first.trainer.callbacks = [
      Checkpoints(file),
      Hooks(onStep: { [unowned first] in if $0.step + 1 == 8 { first.trainer.stop() } }),
    ]
    try first.trainer.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: 3)
    #expect(first.trainer.stepCount == 8)
    let second = FaultyTraining(of: Self.network())
    try second.trainer.resume(from: file)
    let history = try second.trainer.fit(
      TrainerTests.task(), validation: TrainerTests.task(), epochs: 3)
    let (ended, wanted) = (try second.state, try whole.state)
    #expect(ended.keys.sorted() == wanted.keys.sorted())
    for (name, values) in wanted { #expect(ended[name] == values, "\(name)") }
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
  }
}
