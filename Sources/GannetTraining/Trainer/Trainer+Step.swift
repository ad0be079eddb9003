import GannetData
import GannetNN
import GannetTensor

extension Trainer {
  /// Takes a step on `batch`; returns its loss.
  ///
  /// - Throws: ``TrainingError`` where the loss or a parameter's gradient is not finite.
  ///   Parameters, buffers, the optimizer, the model's random streams and ``stepCount`` are then
  ///   unchanged; the gradients are kept until the next step for inspection.
  @discardableResult
  public func step(_ batch: Batch) throws -> Double {
    let before = forwardState.values
    optimizer.zeroGradients()
    let loss = objective.loss((), batch)
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
    // A finite norm implies finite elements.
    gradientNorm = clipNorm.map { parameters.clipGradients(toNorm: $0) }
    if let gradientNorm, gradientNorm.isFinite { return true }
    return parameters.hasFiniteGradients
  }

  private func names(of some: Parameters) -> [String] {
    some.map { $0.name.isEmpty ? "a parameter \($0.shape)" : $0.name }
  }

  /// Evaluates on `batches` in evaluation mode: measurements are unweighted means over the batches,
  /// as in the book, so a smaller last batch counts as much as the others; ``metrics`` are those of
  /// all examples.
  ///
  /// - Throws: ``TrainingError`` where there is no batch, and errors of a data set.
  public func evaluate<Batches: Sequence<Batch>>(_ batches: Batches) throws -> [String: Double] {
    try model.evaluating {
      var means: [String: (sum: Double, count: Double)] = [:]
      let metrics = self.metrics?.start()
      var isEmpty = true
      var iterator = batches.makeIterator()
      while let batch = try iterator.nextBatch() {
        isEmpty = false
        let evaluation = objective.evaluation((), batch)
        for (name, value) in evaluation.measurements {
          let mean = means[name, default: (0, 0)]
          means[name] = (mean.sum + value, mean.count + 1)
        }
        metrics?.add(batch, evaluation.predictions)
      }
      guard !isEmpty else { throw error(.emptyValidationSet) }
      return means.mapValues { $0.sum / $0.count }
        .merging(metrics?.values() ?? [:]) { $1 }
    }
  }
}
