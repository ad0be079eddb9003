import Foundation
import Gannet

/// Fashion-MNIST in batches, with the trainings of the chapters.
package struct ImageTask {
  /// The numbers of training and validation images.
  package typealias Counts = (training: Int, validation: Int)

  package let training: DataLoader<Subset<ImageDataset>>
  package let validation: DataLoader<Subset<ImageDataset>>
  private let context: SectionContext

  /// The first images of each part of the set, shuffled for training by the task's random source.
  ///
  /// - Parameters:
  ///   - batchSize: The number of images in a batch.
  ///   - side: The height and width to which images are resized; 28 by default, without resizing.
  ///   - counts: The numbers of images; all by default.
  ///   - quick: The numbers of images in a quick run.
  package init(
    _ context: SectionContext, batchSize: Int = 256, side: Int = 28,
    counts: Counts = (60_000, 10_000), quick: Counts = (5_120, 1_024)
  ) throws {
    self.context = context
    let counts = context.isQuick ? quick : counts
    func images(_ split: FashionMNIST.Split, _ count: Int) throws -> Subset<ImageDataset> {
      let all = try FashionMNIST(split: split, directory: context.dataFolder).images
      return Subset(all.resized(height: side, width: side), indices: 0..<count)
    }
    training = DataLoader(
      try images(.train, counts.training), batchSize: batchSize, shuffle: true)
    validation = DataLoader(
      try images(.test, counts.validation), batchSize: max(batchSize, 128))
  }

  /// Trains by a custom loop and returns the curves: `step` takes a step and returns the loss,
  /// `logits` computes those of a batch of images.
  package func train(
    _ variant: String, step: (Tensor, IntTensor) -> Double, logits: (Tensor) -> Tensor
  ) -> TrainingCurves {
    var curves = TrainingCurves(batchesPerEpoch: training.batchCount)
    for epoch in 1...context.epochs {
      let bar = context.progress(
        "\(variant) epoch \(epoch)/\(context.epochs)", total: training.batchCount)
      for batch in training {
        let loss = step(batch.images, batch.labels)
        curves.train(.trainLoss, loss)
        bar.advance(showing: ["loss": loss])
      }
      withoutGradients {
        for batch in validation {
          let output = logits(batch.images)
          curves.validate(.validationLoss, Double(crossEntropy(output, batch.labels).scalar))
          curves.validate(.validationAccuracy, accuracy(output, batch.labels))
        }
      }
      curves.endEpoch()
      bar.finish(showing: ["val_acc": curves.final(.validationAccuracy) ?? 0])
    }
    return curves
  }

  /// Trains `model` by the library's trainer with SGD and returns the curves.
  ///
  /// The training is checkpointed under `name`, from which an interrupted run resumes.
  ///
  /// - Parameters:
  ///   - epochs: The number of epochs; the section's by default.
  ///   - falls: Whether the learning rate is annealed to 0 by a cosine schedule, step by step.
  package func train(
    _ model: some Layer, as name: String = "model", learningRate: Float = 0.1, epochs: Int? = nil,
    falling falls: Bool = false
  ) throws -> TrainingCurves {
    let recorder = CurveRecorder<Batch<Tensor, IntTensor>>(batchesPerEpoch: training.batchCount)
    let interruption = Interruption<Batch<Tensor, IntTensor>>()
    let file = context.checkpointFolder.appending(path: "\(name).safetensors")
    let epochs = epochs ?? context.epochs
    var callbacks: [any Callback<Batch<Tensor, IntTensor>>] = [
      recorder, interruption, Checkpoints(file, everySteps: 100),
    ]
    if falls {
      let steps = epochs * training.batchCount
      callbacks.append(
        Scheduling(.cosine(from: Double(learningRate), over: steps), by: .step))
    }
    let trainer = Trainer(
      model, optimizer: SGD(model.parameters, learningRate: learningRate),
      objective: .classification(model), callbacks: callbacks)
    if FileManager.default.fileExists(atPath: file.path) { try trainer.resume(from: file) }
    try trainer.fit(training, validation: validation, epochs: epochs)
    if interruption.wasInterrupted { throw CancellationError() }
    return recorder.curves
  }
}

extension SectionContext {
  /// Runs `body` with random numbers of this section's seed.
  package func seeded<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withRandomSeed(UInt64(seed), body)
  }
}
