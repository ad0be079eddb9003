import GannetData
import GannetNN
import GannetTensor

/// The training loop: zero gradients, forward, loss, backward, update, and an evaluation after each
/// epoch.
///
///     let trainer = Trainer(
///       model, optimizer: SGD(model.parameters, learningRate: 0.1),
///       objective: .classification(model))
///     let history = try trainer.fit(training, validation: validation, epochs: 10)
public final class Trainer<Batch>: Training {
  /// The model.
  public let model: any Module
  /// The optimizer of the model's parameters.
  public let optimizer: Optimizer
  /// The loss, and the measurements of an evaluation.
  public let objective: Objective<Batch>
  /// Metrics that an evaluation accumulates over its batches beside the objective's measurements,
  /// which they replace where the names are equal; none by default.
  public var metrics: EvaluationMetrics<Batch>?
  /// The observers of the training.
  public var callbacks: [any Callback]
  /// The norm to which all gradients together are clipped; nil for no clipping.
  public var clipNorm: Float?
  /// The vocabulary of the model's tokens, if any: checkpoints save it, and a training with another
  /// one cannot resume from them.
  public var vocabulary: Vocabulary?
  /// Whether ``fit(_:validation:epochs:)`` skips batches whose loss or gradient is not finite; they
  /// change nothing and are counted in the history. False by default, when such a batch ends the
  /// training. An epoch of skipped batches alone also ends it.
  public var skipsNonFiniteSteps = false
  /// Whether a progress bar is shown on standard error.
  public var showsProgress: Bool

  public internal(set) var history = History()
  public internal(set) var stepCount = 0
  public var isInEpoch: Bool { epochState != nil }
  /// The unfinished epoch, if any.
  var epochState: Checkpoint.EpochState?
  /// The current batches, if resumable.
  var batches: (any ResumableBatches)?
  /// The position in them from which a resumed or interrupted training continues.
  var resumedBatches: BatchState?
  var isStopping = false
  /// The norm of the last step's gradients before they were clipped; nil without ``clipNorm``.
  var gradientNorm: Double?
  let parameters: Parameters
  /// The state that a failed step restores, collected again for each epoch.
  var forwardState: ForwardState
  /// Names of tensors that are infinite from the start, such as masks.
  let infiniteConstants: Set<String>

  /// Makes a trainer of `model`.
  public init(
    _ model: any Module, optimizer: Optimizer, objective: Objective<Batch>,
    clipNorm: Float? = nil, callbacks: [any Callback] = [], showsProgress: Bool = true
  ) {
    self.model = model
    self.optimizer = optimizer
    parameters = Parameters(optimizer.groups.flatMap(\.parameters))
    self.objective = objective
    self.clipNorm = clipNorm
    self.callbacks = callbacks
    self.showsProgress = showsProgress
    forwardState = ForwardState(of: model)
    infiniteConstants = Set(model.stateDictionary.filter { $0.value.nonFiniteCount > 0 }.keys)
  }

  /// Trains up to a total of `epochs` epochs, including those before a resumption, and evaluates on
  /// `validation` after each. An epoch is an iteration of `training`.
  ///
  /// The model is in training mode meanwhile; its modes are restored afterwards.
  ///
  /// After an error, the trainer has the state after the last step. With resumable batches, such as
  /// a `DataLoader`, the next `fit` continues with the following batch, which is the failed one, if
  /// any. Any other sequence restarts the epoch, whose figures then count the new batches alone;
  /// ``restartEpoch()`` does so for a loader. If an evaluation failed, only the evaluation is
  /// repeated.
  ///
  /// - Returns: The history of all epochs, including those before a resumption.
  /// - Throws: ``TrainingError`` where a loss or a gradient is not finite or a set is empty,
  ///   `StateError` where the resumed position does not exist in `training`, as with another batch
  ///   size, and errors of data sets and callbacks.
  @discardableResult
  public func fit(
    _ training: some Sequence<Batch>, validation: some Sequence<Batch>, epochs: Int
  ) throws -> History {
    if history.epochs.count < epochs, Self.isEmpty(validation) { throw error(.emptyValidationSet) }
    return try fit(training, epochs: epochs) { try self.evaluate(validation) }
  }

  /// Trains up to a total of `epochs` epochs, without evaluation.
  @discardableResult
  public func fit(_ training: some Sequence<Batch>, epochs: Int) throws -> History {
    try fit(training, epochs: epochs) { [:] }
  }

  public func stop() { isStopping = true }

  private func fit(
    _ training: some Sequence<Batch>, epochs: Int, evaluation: () throws -> [String: Double]
  ) throws -> History {
    isStopping = false
    batches = training as? any ResumableBatches
    if history.epochs.count < epochs, let batches { try checkPlace(in: batches) }
    do {
      for callback in callbacks { try callback.trainingWillBegin(self) }
      while history.epochs.count < epochs, !isStopping {
        let title = "epoch \(history.epochs.count + 1)/\(epochs)"
        try model.training { try run(title, training, evaluation) }
      }
    } catch {
      for callback in callbacks { callback.trainingDidFail(self, error) }
      throw error
    }
    // All callbacks are called, so that each can clean up.
    let results = callbacks.map { callback in Result { try callback.trainingDidEnd(self) } }
    for result in results { try result.get() }
    return history
  }
}
