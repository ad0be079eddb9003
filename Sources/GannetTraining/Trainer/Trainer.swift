import GannetData
import GannetNN
import GannetTensor

/// The training loop: zero gradients, forward, loss, backward, update, and an evaluation after each
/// epoch.
///
///     let trainer = Trainer(
///       model, optimizer: SGD(model.parameters, learningRate: 0.1),
///       loss: .classification)
///     let history = try trainer.fit(training, validation: validation, epochs: 10)
public final class Trainer<Batch>: Training {
  /// The model.
  public let model: any Module
  /// The optimizer of the model's parameters.
  public let optimizer: Optimizer
  /// The loss, and the evaluation of a batch, by the model.
  let objective: Objective<Void, Batch>
  /// Metrics that an evaluation accumulates over its batches beside the objective's measurements,
  /// which they replace where the names are equal; none by default. Stops where they need
  /// predictions that the objective does not give.
  public var metrics: EvaluationMetrics<Batch>? {
    didSet {
      guard metrics?.needsPredictions == true, !objective.givesPredictions else { return }
      fail(
        "Trainer.metrics: the objective gives no predictions; make it by "
          + "Objective(predictions:loss:), or the metrics by EvaluationMetrics(_:outputs:)")
    }
  }
  /// The observers of the training.
  public var callbacks: [any Callback]
  /// The ranks that train together; nil for a training on this process alone.
  public let distribution: (any Distribution)?
  /// The number of steps after which the ranks compare their parameters; by default they do not. It
  /// costs a pass over the parameters, and finds a machine that computes wrongly, or otherwise than
  /// the others.
  public var comparisonInterval: Int?
  /// The number of batches of which a step accumulates the gradients; 1 by default.
  public let accumulationSteps: Int
  /// The mean of an evaluation's measurements; by default over batches, as in the book.
  public var evaluationMean = EvaluationMean.overBatches
  /// The norm to which all gradients together are clipped; nil for no clipping.
  public var clipNorm: Float?
  /// Facts that checkpoints keep, such as the vocabulary of the model's tokens; none by default.
  public var metadata = CheckpointMetadata()
  /// Whether ``fit(_:validation:everySteps:epochs:)`` skips steps whose loss or gradient is not
  /// finite; they change nothing and are counted in the history. False by default, when such a step
  /// ends the training. An epoch of skipped steps alone also ends it.
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
  /// The sum of the parts' gradients; nil without a distribution.
  let exchange: GradientExchange?
  /// The division of the optimizer's work; nil where each rank does all.
  let shards: OptimizerShards?
  /// The state that a failed step restores, collected again for each epoch.
  var forwardState: ForwardState
  /// Names of tensors that are infinite from the start, such as masks.
  let infiniteConstants: Set<String>

  /// Makes a trainer of `model`.
  ///
  /// With gradient accumulation, a step takes `accumulationSteps` batches one after the other, an
  /// epoch's last step the rest, and equals the step of one batch of all their examples: so a large
  /// batch fits into little memory. Losses, step counts, schedules, clipping and skipped steps are
  /// those of the large batch; checkpoints are taken between steps only. Batch norm differs, since
  /// it normalizes each small batch by its own statistics.
  ///
  /// With a `distribution`, several processes train the model together, from the values that it has
  /// on rank 0. The batch of a step, such as a `DataLoader`'s, is that of all ranks together, and
  /// each computes its parts. The step equals that of the whole batch on one process but for
  /// rounding, and for batch norm, which normalizes each part by its own statistics unless it is
  /// synchronized (`synchronizeBatchNorms()`); the running ones are the means over the parts. Training has the same bits on 1 (``SingleRank``), 2, 4 and
  /// 8 ranks, where all draws are of layers' streams and the loader's. An evaluation is shared out
  /// by batches, unless there are ``metrics``. Files and the progress bar are those of rank 0.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - optimizer: The optimizer of its parameters.
  ///   - loss: The loss, such as `.classification`, with the measurements of an evaluation.
  ///   - distribution: The ranks that train together; by default this process trains alone.
  ///   - shardsOptimizer: Whether each rank updates some of the parameters and alone has their
  ///     optimizer's state, such as Adam's moments, for less memory (ZeRO, stage 1); false by
  ///     default. The bits do not change.
  ///   - accumulationSteps: The number of batches of a step; 1 by default.
  ///   - clipNorm: The norm to which all gradients together are clipped; none by default.
  ///   - callbacks: The observers of the training; none by default.
  ///   - showsProgress: Whether a progress bar is shown on standard error; true by default.
  public init<Model: Module>(
    _ model: Model, optimizer: Optimizer, loss: Objective<Model, Batch>,
    distribution: (any Distribution)? = nil, shardsOptimizer: Bool = false,
    accumulationSteps: Int = 1, clipNorm: Float? = nil, callbacks: [any Callback] = [],
    showsProgress: Bool = true
  ) {
    guard accumulationSteps >= 1 else {
      fail("Trainer: accumulationSteps \(accumulationSteps), expected 1 or more")
    }
    guard accumulationSteps == 1 || distribution == nil else {
      fail("Trainer: accumulationSteps with a distribution, which cuts batches into parts already")
    }
    self.model = model
    self.optimizer = optimizer
    parameters = Parameters(optimizer.groups.flatMap(\.parameters))
    objective = loss.bound(to: model)
    self.accumulationSteps = accumulationSteps
    self.clipNorm = clipNorm
    self.callbacks = callbacks
    self.showsProgress = showsProgress && distribution?.isFirst ?? true
    self.distribution = distribution
    distribution?.broadcast(model)
    distribution?.requireEqual(
      parameters.map { "\($0.name) \($0.shape)" }, "list of trained parameters")
    exchange = distribution.map { [parameters] in
      GradientExchange(of: parameters, over: $0, partCount: $0.parts.count)
    }
    shards = distribution.flatMap {
      shardsOptimizer ? OptimizerShards(of: optimizer, over: $0) : nil
    }
    forwardState = ForwardState(of: model)
    infiniteConstants = Set(model.stateDictionary.filter { $0.value.nonFiniteCount > 0 }.keys)
  }

  /// Makes a trainer of `model` with a custom loss of a batch, a recorded scalar, which an evaluation
  /// also measures, as `loss`. The type of the batch has to be named:
  ///
  ///     Trainer<Batch<Tensor, Tensor>>(
  ///       model, optimizer: Adam(model.parameters),
  ///       loss: { model, batch in meanAbsoluteError(model(batch.inputs), batch.targets) })
  public convenience init<Model: Module>(
    _ model: Model, optimizer: Optimizer, loss: @escaping (Model, Batch) -> Tensor,
    distribution: (any Distribution)? = nil, shardsOptimizer: Bool = false,
    accumulationSteps: Int = 1, clipNorm: Float? = nil, callbacks: [any Callback] = [],
    showsProgress: Bool = true
  ) {
    self.init(
      model, optimizer: optimizer, loss: Objective(loss: loss), distribution: distribution,
      shardsOptimizer: shardsOptimizer, accumulationSteps: accumulationSteps, clipNorm: clipNorm,
      callbacks: callbacks,
      showsProgress: showsProgress)
  }

  /// Trains up to a total of `epochs` epochs, including those before a resumption, and evaluates on
  /// `validation` after each. An epoch is an iteration of `training`.
  ///
  /// With `everySteps`, it also evaluates after every so many steps, into ``History/validations``;
  /// such an evaluation is not repeated where it failed.
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
    _ training: some Sequence<Batch>, validation: some Sequence<Batch>,
    everySteps interval: Int? = nil, epochs: Int
  ) throws -> History {
    if let interval, interval < 1 {
      fail("Trainer.fit: validation every \(interval) steps, expected 1 or more")
    }
    if history.epochs.count < epochs, Self.isEmpty(validation) { throw error(.emptyValidationSet) }
    return try fit(
      training, Validation(everySteps: interval) { try self.evaluate(validation) }, epochs)
  }

  /// Trains up to a total of `epochs` epochs, without evaluation.
  @discardableResult
  public func fit(_ training: some Sequence<Batch>, epochs: Int) throws -> History {
    try fit(training, Validation { [:] }, epochs)
  }

  public func stop() { isStopping = true }

  private func fit(
    _ training: some Sequence<Batch>, _ validation: Validation, _ epochs: Int
  ) throws -> History {
    isStopping = false
    batches = training as? any ResumableBatches
    if history.epochs.count < epochs, let batches { try checkPlace(in: batches) }
    if let distribution { try distribution.agree(on: training) }
    do {
      for callback in callbacks { try callback.trainingWillBegin(self) }
      while history.epochs.count < epochs, !isStopping {
        let title = "epoch \(history.epochs.count + 1)/\(epochs)"
        try model.training { try run(title, training, validation) }
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
