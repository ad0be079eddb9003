import Foundation
import GannetTraining

/// A callback that records the book's curves of a training: `train_loss`, `val_loss`, `val_acc`.
package final class CurveRecorder<Batch>: Callback {
  /// The curves so far.
  package private(set) var curves: TrainingCurves

  /// Curves of a training with `batchesPerEpoch` training batches an epoch.
  package init(batchesPerEpoch: Int) {
    curves = TrainingCurves(batchesPerEpoch: batchesPerEpoch)
  }

  package func stepDidEnd(_ trainer: Trainer<Batch>, _ progress: TrainingProgress) {
    curves.train(.trainLoss, progress.loss)
  }

  package func epochDidEnd(_ trainer: Trainer<Batch>, _ epoch: History.Epoch) {
    let measured: KeyValuePairs<String, CurveName> = [
      "loss": .validationLoss, "accuracy": .validationAccuracy,
    ]
    for (measurement, curve) in measured {
      if let value = epoch.validation[measurement] { curves.validate(curve, value) }
    }
    curves.endEpoch()
  }

  package func savedState() throws -> Data? { try JSONEncoder().encode(curves) }

  package func restore(_ state: Data) throws {
    curves = try JSONDecoder().decode(TrainingCurves.self, from: state)
  }
}
