import GannetData
import GannetNN
import GannetTensor

/// The training loop: zero gradients, forward, loss, backward, update; an evaluation after each
/// epoch.
///
///     let trainer = Trainer(
///       model, optimizer: SGD(model.parameters, learningRate: 0.1),
///       objective: .classification(model))
///     let history = try trainer.fit(training, validation: validation, epochs: 10)
public final class Trainer<Batch> {
  /// The network that is trained.
  public let model: any Module
  /// The optimizer of its parameters.
  public let optimizer: Optimizer
  /// The loss that is minimized, and the measurements of an evaluation.
  public let objective: Objective<Batch>
  /// Callbacks that observe the training.
  public var callbacks: [any Callback<Batch>]
  /// The largest norm of all gradients together; what is larger is scaled down to it. Nil for none.
  public var clipNorm: Float?
  /// The tokens whose numbers the model reads, where it reads any: a checkpoint keeps them, and a
  /// training with others does not go on from it.
  public var vocabulary: Vocabulary?
  /// Whether ``fit(_:validation:epochs:)`` goes on after a batch whose loss or gradient is not
  /// finite: the batch changes nothing and is counted in the history and in the progress. Off
  /// unless set, when such a batch ends the training. An epoch in which all are skipped ends it
  /// too.
  public var skipsNonFiniteSteps = false
  /// Whether a progress bar is shown on standard error.
  public var showsProgress: Bool

  /// The record of the epochs so far.
  public internal(set) var history = History()
  /// How many steps have been taken.
  public internal(set) var stepCount = 0
  /// The epoch under way, where there is one.
  var epoch: Checkpoint.EpochState?
  /// The batches that are trained on now, where they tell their place.
  var batches: (any ResumableBatches)?
  /// The place in them that a resumed or interrupted training starts from.
  var resumedBatches: BatchState?
  var isStopping = false
  let parameters: Parameters
  /// The state that a step that is not taken restores, collected anew for each epoch.
  var forwardState: ForwardState
  /// Tensors that are infinite from the start, such as a mask's.
  let infiniteConstants: Set<String>

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
    forwardState = ForwardState(of: model)
    infiniteConstants = Set(model.stateDictionary.filter { $0.value.nonFiniteCount > 0 }.keys)
  }

  /// Trains until `epochs` epochs are done in all, those before a resumption included, and
  /// evaluates on
  /// `validation` after each. An epoch is an iteration of `training`.
  ///
  /// The model is in training mode while it trains, and afterwards in the mode that it was in.
  ///
  /// An error loses nothing: the trainer is as after the last step that was taken. The next `fit`
  /// goes on with the batch after it where the batches tell their place, as those of a `DataLoader`
  /// do: the very batch that failed, if one did. Any other sequence begins the epoch anew, whose
  /// figures then count its batches alone; ``restartEpoch()`` begins anew with a loader too. An
  /// epoch whose evaluation failed is evaluated, not trained, again.
  ///
  /// - Returns: All epochs since this trainer was made, or since what it resumed was.
  /// - Throws: ``TrainingError`` where a loss or a gradient is not finite or a set is empty,
  ///   `StateError` where what was resumed is no place in `training`, as with another batch size,
  ///   and what a data set or a callback throws.
  @discardableResult
  public func fit<Training: Sequence<Batch>, Validation: Sequence<Batch>>(
    _ training: Training, validation: Validation, epochs: Int
  ) throws -> History {
    if history.epochs.count < epochs, Self.isEmpty(validation) { throw error(.emptyValidationSet) }
    return try fit(training, epochs: epochs) { try self.evaluate(validation) }
  }

  /// Trains until `epochs` epochs are done in all, without an evaluation.
  @discardableResult
  public func fit<Training: Sequence<Batch>>(_ training: Training, epochs: Int) throws -> History {
    try fit(training, epochs: epochs) { [:] }
  }

  /// Ends the training after the step that is under way, or before the first. The epoch stays
  /// unfinished: it enters no history, and a checkpoint goes on in its middle.
  public func stop() { isStopping = true }

  private func fit<Training: Sequence<Batch>>(
    _ training: Training, epochs: Int, evaluation: () throws -> [String: Double]
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
    // All are told, so that none leaves something open.
    let results = callbacks.map { callback in Result { try callback.trainingDidEnd(self) } }
    for result in results { try result.get() }
    return history
  }
}
