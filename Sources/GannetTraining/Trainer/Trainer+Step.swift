import GannetData
import GannetNN
import GannetTensor

extension Trainer {
  /// One step on `batch`; returns its loss.
  ///
  /// - Throws: ``TrainingError`` where the loss, or the gradient of a parameter, is infinite or no
  ///   number. Parameters, buffers, the optimizer, the model's random streams and ``stepCount`` are
  ///   then those before the step; the gradients stay, to be looked at, until the next one.
  @discardableResult
  public func step(_ batch: Batch) throws -> Double {
    let before = forwardState.values
    optimizer.zeroGradients()
    let loss = objective.loss(batch)
    let value = Double(loss.scalar)
    guard value.isFinite else {
      forwardState.restore(before)
      let broken = parameters.filter { $0.value.nonFiniteCount > 0 }
      throw error(.loss(value, broken: names(of: broken)))
    }
    loss.backward()
    guard clipFiniteGradients() else {
      forwardState.restore(before)
      let parameters = names(of: parameters.withNonFiniteGradients)
      throw error(.gradient(loss: value, parameters: parameters))
    }
    optimizer.step()
    stepCount += 1
    return value
  }

  /// Clips the gradients, unless they are not finite.
  private func clipFiniteGradients() -> Bool {
    // The norm has seen every element; that of finite ones may still be beyond a Float.
    if let clipNorm, parameters.clipGradients(toNorm: clipNorm).isFinite { return true }
    return parameters.hasFiniteGradients
  }

  private func names(of some: Parameters) -> [String] {
    some.map { $0.name.isEmpty ? "a parameter \($0.shape)" : $0.name }
  }

  func error(_ kind: TrainingError.Kind) -> TrainingError {
    TrainingError(
      kind: kind, epoch: history.epochs.count, step: stepCount,
      learningRate: optimizer.learningRate)
  }

  /// The measurements on `batches` in prediction mode: unweighted means over the batches, as the
  /// book takes them, so that a small last batch counts as much as the others.
  ///
  /// - Throws: ``TrainingError`` where there is no batch, as nothing was measured then, and what a
  ///   data set throws that cannot make a batch.
  public func evaluate<Batches: Sequence<Batch>>(_ batches: Batches) throws -> [String: Double] {
    try model.evaluating {
      var means: [String: (sum: Double, count: Double)] = [:]
      var isEmpty = true
      var iterator = batches.makeIterator()
      while let batch = try iterator.nextBatch() {
        isEmpty = false
        for (name, value) in objective.measurements(batch) {
          let mean = means[name, default: (0, 0)]
          means[name] = (mean.sum + value, mean.count + 1)
        }
      }
      guard !isEmpty else { throw error(.emptyValidationSet) }
      return means.mapValues { $0.sum / $0.count }
    }
  }
}
