import Foundation
import Gannet

/// Fashion-MNIST in batches, with the trainings of the chapters.
package struct ImageTask: TrainingTask {
  /// The numbers of training and validation images.
  package typealias Counts = (training: Int, validation: Int)

  package let training: DataLoader<Subset<ImageDataset>>
  package let validation: DataLoader<Subset<ImageDataset>>
  package let context: SectionContext

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

  private init(restarting task: ImageTask) {
    context = task.context
    training = DataLoader(
      task.training.dataset, batchSize: task.training.batchSize, shuffle: true)
    validation = task.validation
  }

  /// A copy whose loaders start again: trainings under one seed see the same batches.
  package func restarted() -> ImageTask { ImageTask(restarting: self) }

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
          curves.validate(.validationAccuracy, Gannet.accuracy(output, batch.labels))
        }
      }
      curves.endEpoch()
      bar.finish(showing: ["val_acc": curves.final(.validationAccuracy) ?? 0])
    }
    return curves
  }

  /// The accuracy of `model` on the images of a loader: the mean over its batches.
  package func accuracy(
    of model: some Layer, on images: DataLoader<Subset<ImageDataset>>
  ) -> Double {
    let accuracies = model.evaluating {
      images.map { Gannet.accuracy(model($0.images), $0.labels) }
    }
    return accuracies.reduce(0, +) / Double(accuracies.count)
  }
}

extension TrainingTask where TrainingSet.Batch == Batch<Tensor, IntTensor> {
  /// Trains `model` with SGD and returns the curves.
  ///
  /// - Parameters:
  ///   - name: The name of the training, unique in its section.
  ///   - epochs: The number of epochs; the section's by default.
  ///   - falls: Whether the learning rate is annealed to 0 by a cosine schedule, step by step.
  package func train(
    _ model: some Layer, as name: String = "model", learningRate: Float = 0.1,
    momentum: Float = 0, epochs: Int? = nil, falling falls: Bool = false
  ) throws -> TrainingCurves {
    let steps = (epochs ?? context.epochs) * training.batchCount
    return try fit(
      model, as: name,
      optimizer: SGD(model.parameters, learningRate: learningRate, momentum: momentum),
      loss: .classification, curves: .losses, epochs: epochs,
      callbacks: falls
        ? [Scheduling(.cosine(from: Double(learningRate), over: steps), by: .step)] : [])
  }
}
