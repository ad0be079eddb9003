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
  /// Whether a progress bar is shown on standard error.
  public var showsProgress: Bool

  /// What was reported so far.
  public private(set) var history = History()
  /// How many steps have been taken.
  public private(set) var stepCount = 0
  private var isStopping = false

  /// A training of `model`.
  public init(
    _ model: any Module, optimizer: Optimizer, objective: Objective<Batch>,
    callbacks: [any Callback<Batch>] = [], showsProgress: Bool = true
  ) {
    self.model = model
    self.optimizer = optimizer
    self.objective = objective
    self.callbacks = callbacks
    self.showsProgress = showsProgress
  }

  /// Trains for `epochs` epochs, each an iteration of `training`, and evaluates on `validation` after
  /// each.
  ///
  /// The model is in training mode while it trains, and afterwards in the mode that it was in.
  ///
  /// - Returns: All epochs since this trainer was made.
  /// - Throws: What a callback throws.
  @discardableResult
  public func fit<Training: Sequence<Batch>, Validation: Sequence<Batch>>(
    _ training: Training, validation: Validation, epochs: Int
  ) throws -> History {
    try fit(training, epochs: epochs) { self.evaluate(validation) }
  }

  /// Trains for `epochs` epochs without an evaluation.
  @discardableResult
  public func fit<Training: Sequence<Batch>>(_ training: Training, epochs: Int) throws -> History {
    try fit(training, epochs: epochs) { [:] }
  }

  /// Ends the training after the step that is under way.
  public func stop() { isStopping = true }

  private func fit<Training: Sequence<Batch>>(
    _ training: Training, epochs: Int, evaluation: () -> [String: Double]
  ) throws -> History {
    isStopping = false
    for callback in callbacks { try callback.trainingWillBegin(self) }
    let first = history.epochs.count
    for index in first..<first + epochs where !isStopping {
      let title = "epoch \(index - first + 1)/\(epochs)"
      try model.training { try run(index, title, training, evaluation) }
    }
    for callback in callbacks { try callback.trainingDidEnd(self) }
    return history
  }

  private func run<Training: Sequence<Batch>>(
    _ index: Int, _ title: String, _ training: Training, _ evaluation: () -> [String: Double]
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let bar = showsProgress ? ProgressBar(title, total: training.underestimatedCount) : nil
    var (total, count) = (0.0, 0)
    for batch in training {
      let loss = step(batch)
      let progress = TrainingProgress(epoch: index, batch: count, step: stepCount, loss: loss)
      stepCount += 1
      total += loss
      count += 1
      bar?.advance(showing: ["loss": loss])
      for callback in callbacks { try callback.stepDidEnd(self, progress) }
      if isStopping { break }
    }
    let measured = evaluation()
    let epoch = History.Epoch(
      index: index, trainingLoss: total / Double(Swift.max(1, count)), validation: measured,
      learningRate: Double(optimizer.learningRate), seconds: (clock.now - start) / .seconds(1))
    history.epochs.append(epoch)
    bar?.finish(showing: ["loss": epoch.trainingLoss])
    for callback in callbacks { try callback.epochDidEnd(self, epoch) }
  }

  /// One step on `batch`; returns its loss.
  public func step(_ batch: Batch) -> Double {
    optimizer.zeroGradients()
    let loss = objective.loss(batch)
    loss.backward()
    optimizer.step()
    return Double(loss.scalar)
  }

  /// The measurements on `batches` in prediction mode: unweighted means over the batches, as the book
  /// takes them, so that a small last batch counts as much as the others.
  public func evaluate<Batches: Sequence<Batch>>(_ batches: Batches) -> [String: Double] {
    model.evaluating {
      var sums: [String: Double] = [:]
      var count = 0.0
      for batch in batches {
        for (name, value) in objective.measurements(batch) { sums[name, default: 0] += value }
        count += 1
      }
      return sums.mapValues { $0 / count }
    }
  }
}
