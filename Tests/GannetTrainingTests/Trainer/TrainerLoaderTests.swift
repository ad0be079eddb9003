import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import Testing

@Suite("Trainer and loader")
struct TrainerLoaderTests {
  typealias Examples = Batch<Tensor, IntTensor>

  @Test("an evaluation on the training loader within an epoch takes no batch from it")
  func evaluationWithinAnEpoch() throws {
    let (plain, watched) = (TrainerTests.network(), TrainerTests.network())
    try TrainerTests.trainer(plain).fit(TrainerTests.task(), epochs: 4)
    let loader = TrainerTests.task()
    let trainer = TrainerTests.trainer(watched)
    var batchCounts: [Int] = []
    trainer.callbacks = [
      Hooks(onStep: { [unowned trainer] _ in
        _ = try trainer.evaluate(loader)
        batchCounts.append(Array(loader).count)
      })
    ]
    try trainer.fit(loader, epochs: 4)
    #expect(trainer.stepCount == 24)
    #expect(batchCounts == Array(repeating: 6, count: 24))
    #expect(loader.position.epoch == 4)
    #expect(plain.parameters.map(\.value.scalars) == watched.parameters.map(\.value.scalars))
  }

  /// A set of which an example is missing.
  private struct Files: Dataset {
    var missing = 30
    let count = 32
    func batch(at indices: [Int]) throws -> sending Examples {
      guard !indices.contains(missing) else {
        throw FileError(.missing, path: "photos/\(missing).png", "cannot open the file")
      }
      return Batch(
        inputs: Tensor(ones: [indices.count, 4]), targets: IntTensor(indices.map { Int32($0 % 2) }))
    }
  }

  @Test("the loop throws the data set's error, from training and validation", arguments: [0, 2])
  func errorsOfTheDataSet(prefetch: Int) throws {
    let (sound, broken) = (
      DataLoader(Files(missing: -1), batchSize: 8, prefetch: prefetch),
      DataLoader(Files(), batchSize: 8, prefetch: prefetch)
    )
    let trainer = TrainerTests.trainer(TrainerTests.network())
    func path(_ body: () throws -> Void) -> String? {
      (#expect(throws: FileError.self) { try body() })?.path
    }
    #expect(path { try trainer.fit(broken, epochs: 2) } == "photos/30.png")
    #expect(trainer.stepCount == 3)
    #expect(broken.position == .init(epoch: 0, batch: 3))
    #expect(path { _ = try trainer.evaluate(broken) } == "photos/30.png")
    #expect(path { try trainer.fit(sound, validation: broken, epochs: 2) } == "photos/30.png")
    #expect(trainer.history.epochs.isEmpty)
    #expect(
      path { try trainer.fit(AnySequence(broken.lazy.map { $0 }), epochs: 2) } == "photos/30.png")
  }

  @Test("a resumed checkpoint keeps its streams, whatever is seeded after")
  func seedsAfterAResumption() throws {
    try withRandomSeed(0) {
      func make() -> (Sequential, Trainer<Examples>, DataLoader<TensorDataset<Tensor, IntTensor>>) {
        let x = withRandomSeed(5) { Tensor(uniform: [32, 4]) }
        let model = TrainerTests.network()
        let set = TensorDataset(features: x, labels: IntTensor((0..<32).map { Int32($0 % 2) }))
        return (
          model, TrainerTests.trainer(model), DataLoader(set, batchSize: 8, shuffle: true)
        )
      }
      let (whole, reference, loader) = make()
      seedRandom(1)
      try reference.fit(loader, epochs: 2)
      let checkpoint = try reference.checkpoint()
      try reference.fit(loader, epochs: 4)
      let (model, trainer, another) = make()
      try trainer.resume(checkpoint)
      seedRandom(2)
      try trainer.fit(another, epochs: 4)
      #expect(model.parameters.map(\.value.scalars) == whole.parameters.map(\.value.scalars))
    }
  }
}
