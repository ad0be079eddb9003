import Foundation
import Gannet

/// A step of a training.
package struct RecordedStep: Codable, Sendable {
  /// The loss of the batch.
  package let loss: Double
  /// The norm of all gradients together, before they are clipped; NaN where the loss is not finite.
  package let gradientNorm: Double
}

/// Keeps the loss and the gradient's norm of each step of a training, and of the one that ended it.
package final class StepRecorder: Callback {
  package private(set) var steps: [RecordedStep] = []
  private let parameters: Parameters

  package init(_ model: any Module) { parameters = model.parameters }

  package func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    steps.append(
      RecordedStep(
        loss: progress.loss, gradientNorm: progress.gradientNorm ?? parameters.gradientNorm))
  }

  package func trainingDidFail(_ training: any Training, _ error: any Error) {
    guard let loss = (error as? TrainingError)?.loss else { return }
    steps.append(
      RecordedStep(loss: loss, gradientNorm: loss.isFinite ? parameters.gradientNorm : .nan))
  }

  package func savedState() throws -> Data? { try JSON.encoder.encode(steps) }

  package func restore(_ state: Data) throws {
    steps = try JSON.decoder.decode([RecordedStep].self, from: state)
  }
}
