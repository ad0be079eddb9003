import Foundation
import Gannet

/// A callback that records the book's curves of a training.
package final class CurveRecorder: Callback {
  /// The curves so far.
  package private(set) var curves: TrainingCurves
  private let plan: CurvePlan

  /// Curves of a training with `batchesPerEpoch` training batches an epoch.
  package init(_ plan: CurvePlan, batchesPerEpoch: Int) {
    self.plan = plan
    curves = TrainingCurves(batchesPerEpoch: batchesPerEpoch)
  }

  package func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    curves.train(plan.training, plan.ofLoss(progress.loss))
  }

  package func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) {
    for (measurement, curve) in plan.validation {
      if let value = epoch.validation[measurement] { curves.validate(curve, value) }
    }
    curves.endEpoch()
  }

  package func savedState() throws -> Data? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys  // equal curves, equal bytes
    return try encoder.encode(curves)
  }

  package func restore(_ state: Data) throws {
    curves = try JSONDecoder().decode(TrainingCurves.self, from: state)
  }
}

/// The curves of a training and the values that they show.
package struct CurvePlan: Sendable {
  /// The curve of the training batches.
  let training: CurveName
  /// Its value for the loss of a batch.
  let ofLoss: @Sendable (Double) -> Double
  /// The curves of the validation, by the measurement that each shows.
  let validation: KeyValuePairs<String, CurveName>

  /// Losses and accuracies.
  package static let losses = CurvePlan(
    training: .trainLoss, ofLoss: { $0 },
    validation: ["loss": .validationLoss, "accuracy": .validationAccuracy])

  /// Perplexities, of losses that are cross-entropies, and accuracies.
  package static let perplexities = CurvePlan(
    training: .trainPerplexity, ofLoss: { Information.perplexity(crossEntropy: $0) },
    validation: ["perplexity": .validationPerplexity, "accuracy": .validationAccuracy])
}
