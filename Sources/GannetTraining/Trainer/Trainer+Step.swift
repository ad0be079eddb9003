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
  public func step(_ batch: Batch) throws -> Double { try step(accumulating: [batch]) }

  /// Takes one step on several batches, as on one batch of all their examples; returns its loss,
  /// their mean weighted by ``Objective/weight``. One forward and backward pass at a time is in
  /// memory.
  ///
  /// Batches of weight 0, such as those of padding alone, are left out unless all are so.
  ///
  /// - Throws: ``TrainingError`` as ``step(_:)``, where the loss of any batch or the gradient of
  ///   all is not finite.
  @discardableResult
  public func step(accumulating parts: [Batch]) throws -> Double {
    let before = forwardState.values
    optimizer.zeroGradients()
    var total = 0.0
    for (part, share) in zip(parts, shares(of: parts)) where share > 0 {
      let loss = objective.loss((), part)
      let value = Double(loss.scalar)
      guard value.isFinite else {
        forwardState.restore(before)
        let broken = parameters.filter { $0.value.nonFiniteCount > 0 }
        throw error(.loss(value, broken: names(of: broken)))
      }
      total += share * value
      (share == 1 ? loss : loss * Float(share)).backward()
    }
    guard clipFiniteGradients() else {
      forwardState.restore(before)
      let parameters = names(of: parameters.withNonFiniteGradients)
      throw error(.gradient(loss: total, parameters: parameters))
    }
    optimizer.step()
    stepCount += 1
    return total
  }

  /// The share of each batch in the loss of a step.
  private func shares(of parts: [Batch]) -> [Double] {
    guard !parts.isEmpty else { fail("Trainer.step: no batch, expected 1 or more") }
    return parts.count > 1 ? shares(ofWeights: parts.map(objective.weight)) : [1]
  }

  /// The share in the loss of each of several batches with `weights`, nil for one without examples.
  func shares(ofWeights weights: [Double?]) -> [Double] {
    let present = weights.compactMap { $0 }
    guard present.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      fail("Trainer.step: weights \(present), expected finite numbers from 0 up")
    }
    let total = present.reduce(0, +)
    return weights.map { weight in
      weight.map { total > 0 ? $0 / total : 1 / Double(present.count) } ?? 0
    }
  }

  /// Clips the gradients, unless they are not finite.
  func clipFiniteGradients() -> Bool {
    // A finite norm implies finite elements.
    gradientNorm = clipNorm.map { parameters.clipGradients(toNorm: $0) }
    if let gradientNorm, gradientNorm.isFinite { return true }
    return parameters.hasFiniteGradients
  }

  func names(of some: Parameters) -> [String] {
    some.map { $0.name.isEmpty ? "a parameter \($0.shape)" : $0.name }
  }
}
