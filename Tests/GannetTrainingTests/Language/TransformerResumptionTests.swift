import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// A Transformer's training with dropout, Adam and batches of similar lengths, interrupted at any
/// moment, ends with the bits of one that is not.
@Suite struct TransformerResumptionTests {
  private typealias Model = EncoderDecoder<TokenTransformerEncoder, TokenTransformerDecoder>

  /// A training of 60 sentences, eight steps an epoch, three epochs.
  private final class Run {
    let model: Model
    let trainer: Trainer<TranslationBatch>
    let loader: DataLoader<TranslationSet>
    let validation: DataLoader<TranslationSet>

    init(_ callbacks: [any Callback] = []) {
      let set = TranslationSet(
        EnglishFrench.numberWords(60), steps: 12, minimumFrequency: 1, padding: .toLongest)
      let settings = TransformerSettings.book(16, heads: 2, feedForwardSize: 24, dropout: 0.3)
      model = withRandomSeed(3) {
        EncoderDecoder(
          TokenTransformerEncoder(set.sourceVocabulary.count, layers: 2, settings),
          TokenTransformerDecoder(set.targetVocabulary.count, layers: 2, settings))
      }
      loader = DataLoader(
        set, batchSize: 8, shuffle: true, seed: 4, bucketedBy: set.tokenCounts)
      validation = DataLoader(set, batchSize: 30, bucketedBy: set.tokenCounts)
      trainer = Trainer(
        model, optimizer: Adam(model.parameters, learningRate: 0.01),
        loss: .translation(ignoring: set.targetVocabulary[Vocabulary.padding]), clipNorm: 1,
        callbacks: callbacks, showsProgress: false)
    }

    func fit() throws { try trainer.fit(loader, validation: validation, everySteps: 5, epochs: 3) }

    /// Resumes from `file`, if it is there, and trains to the end.
    static func resumed(from file: URL) throws -> Run {
      let run = Run()
      try run.trainer.resumeIfThere(from: file)
      try run.fit()
      return run
    }
  }

  private func expectEqual(_ run: Run, _ whole: Run) throws {
    let (a, b) = (try run.trainer.checkpoint(), try whole.trainer.checkpoint())
    #expect(run.trainer.stepCount == 24 && whole.trainer.stepCount == 24)
    #expect(a.model.mapValues(\.scalars) == b.model.mapValues(\.scalars))
    #expect(a.optimizer.tensors.mapValues(\.scalars) == b.optimizer.tensors.mapValues(\.scalars))
    #expect(a.optimizer.numbers == b.optimizer.numbers)
    #expect(run.model.randomStreams == whole.model.randomStreams)
    #expect(a.optimizer.tensors.count == 2 * whole.model.parameters.count)
    #expect(whole.model.randomStreams.values.contains { $0.position > 0 })
    let (history, expected) = (run.trainer.history, whole.trainer.history)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    #expect(history.epochs.map(\.validation) == expected.epochs.map(\.validation))
    #expect(history.validations.map(\.values) == expected.validations.map(\.values))
    #expect(expected.epochs.count == 3 && expected.validations.count == 4)
  }

  @Test(arguments: [1, 5, 8, 13, 23])
  func aStoppedTrainingGoesOnToTheSameBits(stopAfter step: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors")
    let whole = Run()
    try whole.fit()
    let part = Run()
    part.trainer.callbacks = [
      Checkpoints(file),
      Hooks(onStep: { [unowned trainer = part.trainer] in
        if $0.step + 1 == step { trainer.stop() }
      }),
    ]
    try part.fit()
    #expect(part.trainer.stepCount == step)
    try expectEqual(try Run.resumed(from: file), whole)
  }

  /// Each process is killed some microseconds after a step of its own: before, in or after the next
  /// steps, their saves and evaluations.
  @Test func aKilledTrainingGoesOnToTheSameBits() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.safetensors").path
    let whole = Run()
    try whole.fit()
    let moments: [(step: Int, microseconds: UInt32)] = [
      (0, 0), (1, 300), (0, 1_000), (2, 3_000), (1, 10_000),
    ]
    for (step, microseconds) in moments {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, step = step as Int, microseconds = microseconds as UInt32] in
        let file = URL(filePath: path)
        var count = 0
        let run = Run([
          Checkpoints(file, everySteps: 1),
          Hooks(onStep: { _ in
            if count == step {
              Thread.detachNewThread {
                usleep(microseconds)
                kill(getpid(), SIGKILL)
              }
            }
            count += 1
          }),
        ])
        try run.trainer.resumeIfThere(from: file)
        try run.fit()
        if count <= step { kill(getpid(), SIGKILL) }  // there were no steps left
        while true { sleep(1) }
      }
    }
    let saved = Run()
    #expect(try saved.trainer.resumeIfThere(from: URL(filePath: path)))
    #expect(saved.trainer.stepCount >= 5)
    try expectEqual(try Run.resumed(from: URL(filePath: path)), whole)
  }
}
