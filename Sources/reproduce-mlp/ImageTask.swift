import Foundation
import Gannet
import Reproduction

/// Fashion-MNIST in batches of 256, as all networks of this chapter see it.
struct ImageTask {
  let training: DataLoader<Subset<FashionMNIST>>
  let validation: DataLoader<Subset<FashionMNIST>>
  private let context: SectionContext

  /// All images, or the first few in a quick run. Shuffled by the task's random source.
  init(_ context: SectionContext) throws {
    self.context = context
    func images(_ split: FashionMNIST.Split, quick: Int) throws -> Subset<FashionMNIST> {
      let all = try FashionMNIST(split: split, directory: context.dataFolder)
      return Subset(all, indices: 0..<(context.isQuick ? quick : all.count))
    }
    training = DataLoader(try images(.train, quick: 5_120), batchSize: 256, shuffle: true)
    validation = DataLoader(try images(.test, quick: 1_024), batchSize: 256)
  }

  /// The curves of a training by hand: `step` takes one step and returns the loss, `evaluate` the
  /// logits for a batch of images.
  func train(
    _ variant: String, step: (Tensor, IntTensor) -> Double, logits: (Tensor) -> Tensor
  ) -> TrainingCurves {
    var curves = TrainingCurves(batchesPerEpoch: training.batchCount)
    for epoch in 1...context.epochs {
      let bar = context.progress(
        "\(variant) epoch \(epoch)/\(context.epochs)", total: training.batchCount)
      for batch in training {
        let loss = step(batch.images, batch.labels)
        curves.train("train_loss", loss)
        bar.advance(showing: ["loss": loss])
      }
      withoutGradients {
        for batch in validation {
          let output = logits(batch.images)
          curves.validate("val_loss", Double(crossEntropy(output, batch.labels).scalar))
          curves.validate("val_acc", accuracy(output, batch.labels))
        }
      }
      curves.endEpoch()
      bar.finish(showing: ["val_acc": curves.final("val_acc") ?? 0])
    }
    return curves
  }

  /// The curves of `model`, trained by the library's loop with SGD at the book's learning rate of 0.1.
  ///
  /// The training is checkpointed under `name`; a run that was interrupted goes on from there.
  func train(_ model: some Layer, as name: String = "model") throws -> TrainingCurves {
    let recorder = CurveRecorder<Batch<Tensor, IntTensor>>(batchesPerEpoch: training.batchCount)
    let interruption = Interruption<Batch<Tensor, IntTensor>>()
    let file = context.checkpointFolder.appending(path: "\(name).safetensors")
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: 0.1),
      objective: .classification(model),
      callbacks: [recorder, interruption, Checkpoints(file, everySteps: 100)])
    if FileManager.default.fileExists(atPath: file.path) { try trainer.resume(from: file) }
    try trainer.fit(training, validation: validation, epochs: context.epochs)
    if interruption.wasInterrupted { throw CancellationError() }
    return recorder.curves
  }
}

extension SectionContext {
  /// Runs `body` with all randomness a function of this section's seed.
  func seeded<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withRandomSeed(UInt64(seed), body)
  }
}

/// Takes one step of gradient descent on raw tensors: w ← w - learningRate · gradient.
func takeStep(_ variables: inout [Tensor], learningRate: Float) {
  withoutGradients {
    for index in variables.indices {
      let gradient = variables[index].gradient!
      variables[index].add(gradient, scaledBy: -learningRate)
      variables[index].gradient = nil
    }
  }
}
