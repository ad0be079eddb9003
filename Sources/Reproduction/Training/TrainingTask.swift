import Foundation
import Gannet

/// The data of trainings by `Trainer`, with the book's curves.
///
/// A task adds a method that fits a model with its loss:
///
/// ```swift
/// try fit(
///   model, as: name, optimizer: SGD(model.parameters, learningRate: 0.1),
///   loss: .classification, curves: .losses)
/// ```
package protocol TrainingTask {
  associatedtype TrainingSet: Dataset
  associatedtype ValidationSet: Dataset where ValidationSet.Batch == TrainingSet.Batch

  var training: DataLoader<TrainingSet> { get }
  var validation: DataLoader<ValidationSet> { get }
  var context: SectionContext { get }
}

extension TrainingTask {
  /// Trains `model` and returns the curves.
  ///
  /// The training is checkpointed under `name`, with the states of `callbacks`; an interrupted run
  /// resumes from there, in the middle of an epoch too, with equal bits.
  ///
  /// - Parameters:
  ///   - name: The name of the training in the progress bar and of its checkpoint, unique in its
  ///     section.
  ///   - clipNorm: The norm to which all gradients together are clipped; nil for no clipping.
  ///   - epochs: The number of epochs; the section's by default.
  ///   - canDiverge: Whether a loss or gradient that is not finite ends the training with the curves
  ///     so far; an error by default.
  package func fit<Model: Module>(
    _ model: Model, as name: String, optimizer: Optimizer,
    loss: Objective<Model, TrainingSet.Batch>, curves: CurvePlan, clipNorm: Float? = nil,
    epochs: Int? = nil, canDiverge: Bool = false, callbacks: [any Callback] = []
  ) throws -> TrainingCurves {
    let epochs = epochs ?? context.epochs
    let file = context.checkpoint(of: name)
    let recorder = CurveRecorder(curves, batchesPerEpoch: training.batchCount)
    let interruption = Interruption()
    let bar = context.progress(name, total: epochs * training.batchCount)
    let progress = Hooks(onStep: {
      bar.advance(showing: [curves.training.rawValue: curves.ofLoss($0.loss)])
    })
    let checkpoints = Checkpoints(file, everySteps: 100)
    var all: [any Callback] = [recorder]
    all += callbacks
    all += [progress, interruption, checkpoints]
    let trainer = Trainer(
      model, optimizer: optimizer, loss: loss, distribution: context.distribution,
      clipNorm: clipNorm, callbacks: all, showsProgress: false)
    try trainer.resumeIfThere(from: file)
    bar.advance(by: trainer.stepCount)
    do {
      try trainer.fit(training, validation: validation, epochs: epochs)
    } catch let error as TrainingError where canDiverge && error.loss != nil {}
    if interruption.wasInterrupted { throw CancellationError() }
    let shown = curves.validation[0].value
    bar.finish(showing: [shown.rawValue: recorder.curves.final(shown) ?? .nan])
    return recorder.curves
  }
}

extension SectionContext {
  /// The file in which a training is checkpointed.
  fileprivate func checkpoint(of name: String) -> URL {
    let file = name.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    return checkpointFolder.appending(path: "\(String(file)).safetensors")
  }

  /// Runs `body` with random numbers of this section's seed.
  package func seeded<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withRandomSeed(UInt64(seed), body)
  }
}
