import GannetData
import GannetNN
import GannetTensor

/// The training loop: zero gradients, forward, loss, backward, update; an evaluation after each epoch.
///
///     let trainer = Trainer(
///       model, optimizer: SGD(model.parameters, learningRate: 0.1),
///       objective: .classification(model))
///     let history = try trainer.fit(training, validation: validation, epochs: 10)
public final class Trainer<Batch> {
  /// The network that is trained.
  public let model: any Module
  /// What changes its parameters.
  public let optimizer: Optimizer
  /// What is made small.
  public let objective: Objective<Batch>
  /// What follows the training.
  public var callbacks: [any Callback<Batch>]
  /// The largest norm of all gradients together; what is larger is scaled down to it. Nil for none.
  public var clipNorm: Float?
  /// The tokens whose numbers the model reads, where it reads any: a checkpoint keeps them, and a training
  /// with others does not go on from it.
  public var vocabulary: Vocabulary?
  /// Whether a progress bar is shown on standard error.
  public var showsProgress: Bool

  /// What was reported so far.
  public internal(set) var history = History()
  /// How many steps have been taken.
  public internal(set) var stepCount = 0
  /// The epoch under way, where there is one.
  var epoch: Checkpoint.EpochState?
  /// The batches that are trained on now, where they tell their place.
  var batches: (any ResumableBatches)?
  /// The place in them that a resumed training starts from.
  var resumedBatches: BatchState?
  private var isStopping = false
  private let parameters: Parameters

  /// A training of `model`.
  public init(
    _ model: any Module, optimizer: Optimizer, objective: Objective<Batch>,
    clipNorm: Float? = nil, callbacks: [any Callback<Batch>] = [], showsProgress: Bool = true
  ) {
    self.model = model
    self.optimizer = optimizer
    parameters = Parameters(optimizer.groups.flatMap(\.parameters))
    self.objective = objective
    self.clipNorm = clipNorm
    self.callbacks = callbacks
    self.showsProgress = showsProgress
  }

  /// Trains until `epochs` epochs are done in all, those before a resumption included, and evaluates on
  /// `validation` after each. An epoch is an iteration of `training`.
  ///
  /// The model is in training mode while it trains, and afterwards in the mode that it was in.
  ///
  /// - Returns: All epochs since this trainer was made, or since what it resumed was.
  /// - Throws: ``TrainingError`` where the loss is no number, `StateError` where what was resumed lies beyond
  ///   an epoch of `training`, and what a data set or a callback throws.
  @discardableResult
  public func fit<Training: Sequence<Batch>, Validation: Sequence<Batch>>(
    _ training: Training, validation: Validation, epochs: Int
  ) throws -> History {
    try fit(training, epochs: epochs) { try self.evaluate(validation) }
  }

  /// Trains until `epochs` epochs are done in all, without an evaluation.
  @discardableResult
  public func fit<Training: Sequence<Batch>>(_ training: Training, epochs: Int) throws -> History {
    try fit(training, epochs: epochs) { [:] }
  }

  /// Ends the training after the step that is under way. The epoch stays unfinished: it enters no
  /// history, and a checkpoint goes on in its middle.
  public func stop() { isStopping = true }

  private func fit<Training: Sequence<Batch>>(
    _ training: Training, epochs: Int, evaluation: () throws -> [String: Double]
  ) throws -> History {
    isStopping = false
    batches = training as? any ResumableBatches
    if let resumedBatches, let batches {
      guard batches.canGoOn(from: resumedBatches) else {
        throw StateError(impossible: ["batch \(resumedBatches.batch) of an epoch of this training"])
      }
      batches.batchState = resumedBatches
    }
    resumedBatches = nil
    for callback in callbacks { try callback.trainingWillBegin(self) }
    while history.epochs.count < epochs, !isStopping {
      let title = "epoch \(history.epochs.count + 1)/\(epochs)"
      try model.training { try run(title, training, evaluation) }
    }
    for callback in callbacks { try callback.trainingDidEnd(self) }
    return history
  }

  private func run<Training: Sequence<Batch>>(
    _ title: String, _ training: Training, _ evaluation: () throws -> [String: Double]
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let index = history.epochs.count
    let bar = showsProgress ? ProgressBar(title, total: training.underestimatedCount) : nil
    var state = epoch ?? Checkpoint.EpochState()
    bar?.advance(by: state.batchCount)
    var batches = training.makeIterator()
    while let batch = try batches.nextBatch() {
      let loss = try step(batch)
      let progress = TrainingProgress(
        epoch: index, batch: state.batchCount, step: stepCount - 1, loss: loss)
      state.lossSum += loss
      state.batchCount += 1
      epoch = state
      bar?.advance(showing: ["loss": loss])
      for callback in callbacks { try callback.stepDidEnd(self, progress) }
      if isStopping {  // the next `fit` goes on in the middle
        resumedBatches = self.batches?.batchState
        return
      }
    }
    let measured = try evaluation()
    epoch = nil
    history.epochs.append(
      History.Epoch(
        index: index, trainingLoss: state.lossSum / Double(Swift.max(1, state.batchCount)),
        validation: measured, learningRate: Double(optimizer.learningRate),
        seconds: (clock.now - start) / .seconds(1)))
    bar?.finish(showing: ["loss": history.epochs[index].trainingLoss], and: measured)
    for callback in callbacks { try callback.epochDidEnd(self, history.epochs[index]) }
  }

  /// One step on `batch`; returns its loss.
  ///
  /// - Throws: ``TrainingError`` where the loss is infinite or no number; the parameters are then
  ///   those before the step.
  @discardableResult
  public func step(_ batch: Batch) throws -> Double {
    optimizer.zeroGradients()
    let loss = objective.loss(batch)
    let value = Double(loss.scalar)
    guard value.isFinite else {
      throw TrainingError(loss: value, step: stepCount, learningRate: optimizer.learningRate)
    }
    loss.backward()
    if let clipNorm { parameters.clipGradients(toNorm: clipNorm) }
    optimizer.step()
    stepCount += 1
    return value
  }

  /// The measurements on `batches` in prediction mode: unweighted means over the batches, as the book
  /// takes them, so that a small last batch counts as much as the others.
  ///
  /// - Throws: What a data set throws that cannot make a batch.
  public func evaluate<Batches: Sequence<Batch>>(_ batches: Batches) throws -> [String: Double] {
    try model.evaluating {
      var sums: [String: Double] = [:]
      var count = 0.0
      var iterator = batches.makeIterator()
      while let batch = try iterator.nextBatch() {
        for (name, value) in objective.measurements(batch) { sums[name, default: 0] += value }
        count += 1
      }
      return sums.mapValues { $0 / count }
    }
  }
}
