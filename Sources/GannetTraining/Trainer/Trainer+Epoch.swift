import GannetData
import GannetNN

extension Trainer {
  /// Trains an epoch, or continues one, and evaluates.
  func run(
    _ title: String, _ training: some Sequence<Batch>, _ validation: Validation
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    takePlace()
    forwardState = ForwardState(of: model)
    var state = epochState ?? Checkpoint.EpochState()
    let bar = showsProgress ? bar(title, training, state) : nil
    if !state.isTrained {
      guard try train(training, &state, bar, validation) else { return }
      guard state.batchCount > 0 else {
        epochState = nil
        throw error(state.skippedCount > 0 ? .allSkipped(state.skippedCount) : .emptyTrainingSet)
      }
      state.isTrained = true
      epochState = state
    }
    let measured = try validation.evaluate()
    epochState = nil
    let finished = History.Epoch(
      index: history.epochs.count, trainingLoss: state.lossSum / Double(state.batchCount),
      validation: measured, learningRate: Double(optimizer.learningRate),
      seconds: (clock.now - start) / .seconds(1), skippedBatches: state.skippedCount)
    history.epochs.append(finished)
    bar?.finish(showing: ["loss": finished.trainingLoss], validation: measured)
    for callback in callbacks { try callback.epochDidEnd(self, finished) }
  }

  /// Takes a step for each batch, or each group of them; returns whether the epoch is complete, not
  /// stopped.
  private func train(
    _ training: some Sequence<Batch>, _ state: inout Checkpoint.EpochState, _ bar: ProgressBar?,
    _ validation: Validation
  ) throws -> Bool {
    let next = steps(of: training)
    // The position of the next batch after those in the state.
    var place = batches?.batchState
    do {
      var isEnded = false
      while !isEnded {
        let work = try next()
        if case .stop = work {
          interrupt(at: place)
          return false
        }
        isEnded = work.isLast
        guard !work.isEmpty else { break }
        let number = state.batchCount + state.skippedCount
        let outcome = try attempt(work)
        switch outcome {
        case .success(let loss):
          state.lossSum += loss
          state.batchCount += 1
        case .failure: state.skippedCount += 1
        }
        // The batches have ended, so a checkpoint of this moment must not iterate them again.
        state.isTrained = isEnded && state.batchCount > 0
        epochState = state
        place = batches?.batchState
        if case .success = outcome, validation.isDue(after: stepCount) { try validate(validation) }
        show(outcome, state, place, on: bar)
        for callback in callbacks {
          switch outcome {
          case .success(let loss):
            let progress = TrainingProgress(
              epoch: epoch, batch: number, step: stepCount - 1, loss: loss,
              gradientNorm: gradientNorm, skippedBatches: state.skippedCount)
            try callback.stepDidEnd(self, progress)
          case .failure(let error): try callback.stepWasSkipped(self, error)
          }
        }
        // Several ranks agree on it before the next step.
        if isStopping, distribution == nil {
          interrupt(at: place)
          return false
        }
      }
    } catch {
      interrupt(at: place)
      throw error
    }
    return true
  }

  /// The loss of a step, or the reason to skip it.
  private func attempt(_ work: StepWork<Batch>) throws -> Result<Double, TrainingError> {
    do {
      return .success(try step(work))
    } catch let error as TrainingError where skipsNonFiniteSteps && error.isOfBatch {
      return .failure(error)
    }
  }

  /// Evaluates in the middle of an epoch.
  private func validate(_ validation: Validation) throws {
    let record = History.Validation(
      step: stepCount, epoch: epoch, values: try validation.evaluate(),
      learningRate: Double(optimizer.learningRate))
    history.validations.append(record)
    for callback in callbacks { try callback.validationDidEnd(self, record) }
  }

  private func show(
    _ outcome: Result<Double, TrainingError>, _ state: Checkpoint.EpochState, _ place: BatchState?,
    on bar: ProgressBar?
  ) {
    guard let bar else { return }
    let end = (state.batchCount + state.skippedCount) * accumulationSteps
    let examples = (end - accumulationSteps..<end).reduce(0) {
      $0 + (place?.exampleCount(ofBatch: $1) ?? 0)
    }
    let loss = (try? outcome.get()) ?? .nan
    let validation = history.validations.last.flatMap { $0.epoch == epoch ? $0.values : nil } ?? [:]
    if state.skippedCount > 0 {
      bar.advance(
        examples: examples, showing: ["loss": loss, "skipped": Double(state.skippedCount)],
        validation: validation)
    } else {
      bar.advance(examples: examples, showing: ["loss": loss], validation: validation)
    }
  }

  private func bar(
    _ title: String, _ training: some Sequence, _ state: Checkpoint.EpochState
  ) -> ProgressBar {
    let done = state.batchCount + state.skippedCount
    let rest = state.isTrained ? 0 : stepCount(of: training)
    return ProgressBar(title, total: rest.map { done + $0 }, completed: done)
  }
}

// MARK: Positions

extension Trainer {
  /// Restarts the unfinished epoch with the next `fit`, such as when it cannot continue because the
  /// batch size has changed. The steps already taken are kept.
  public func restartEpoch() {
    epochState = nil
    resumedBatches?.batch = 0
  }

  /// Throws where the training cannot resume with these batches.
  func checkPlace(in batches: any ResumableBatches) throws {
    guard let resumedBatches, !batches.canGoOn(from: resumedBatches) else { return }
    var problem = "batch \(resumedBatches.batch) of an epoch of this training"
    if resumedBatches.exampleCount != nil {
      problem += ": it was left among \(resumedBatches.sizes), and this has "
      problem += "\(batches.batchState.sizes); take the same, or call Trainer.restartEpoch()"
    }
    throw StateError(impossible: [problem])
  }

  /// Moves the batches to the training's position; an epoch of unknown position restarts.
  func takePlace() {
    if let batches, let resumedBatches {
      batches.batchState = resumedBatches
    } else if epochState?.isTrained != true {
      epochState = nil
    }
    resumedBatches = nil
  }

  /// Saves the position in the unfinished epoch, also if the batches are used otherwise before the
  /// next `fit`.
  func interrupt(at place: BatchState?) {
    resumedBatches = place
    batches = nil
  }

  /// Whether a sequence is known to have no batch.
  static func isEmpty<Batches: Sequence>(_ sequence: Batches) -> Bool {
    if let loader = sequence as? any ResumableBatches { return loader.batchState.exampleCount == 0 }
    return (sequence as? any Collection)?.isEmpty ?? false
  }

  /// The number of steps of an iteration, if known.
  private func stepCount(of sequence: some Sequence) -> Int? {
    let isKnown = sequence is any Collection || sequence is any ResumableBatches
    guard isKnown else { return nil }
    return (sequence.underestimatedCount + accumulationSteps - 1) / accumulationSteps
  }
}

extension BatchState {
  /// The examples of batch number `number` of an epoch; nil where they are unknown.
  func exampleCount(ofBatch number: Int) -> Int? {
    guard let batchSize, let exampleCount else { return nil }
    return max(0, min(batchSize, exampleCount - number * batchSize))
  }

  fileprivate var sizes: String {
    let order = isShuffled == false ? "in order" : "shuffled"
    guard let batchSize, let exampleCount else { return "batches, \(order)" }
    return "batches of \(batchSize) of \(exampleCount) examples, \(order)"
  }
}
