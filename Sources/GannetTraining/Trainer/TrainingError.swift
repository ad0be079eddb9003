import GannetTensor

/// An error that ends a training. The state before is kept, and the next `fit` can continue from
/// it.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// The kind of an error.
  public enum Kind: Equatable, Sendable {
    /// A batch's loss is not finite. `broken` are the parameters that were not finite before the
    /// step.
    case loss(Double, broken: [String])
    /// The loss is finite, but the gradients of `parameters` are not.
    case gradient(loss: Double, parameters: [String])
    /// All batches of an epoch, of this number, were skipped.
    case allSkipped(Int)
    /// The training set is empty, or a sequence has no more batches in a later epoch.
    case emptyTrainingSet
    /// The validation set is empty.
    case emptyValidationSet
    /// A checkpoint is not written because the tensors `names` are not finite.
    case state(names: [String], file: String)
    /// A callback watches an unknown measurement.
    case measurement(String, known: [String])
    /// A schedule returned an invalid learning rate.
    case learningRate(Float)
  }

  /// The kind of this error.
  public let kind: Kind
  /// The epoch, from 0.
  public let epoch: Int
  /// The index of the next step, from 0.
  public let step: Int
  /// The learning rate of the steps before.
  public let learningRate: Float

  /// The batch's loss, if it was computed.
  public var loss: Double? {
    switch kind {
    case .loss(let loss, _), .gradient(let loss, _): loss
    default: nil
    }
  }

  /// Whether the error is of a batch, which a trainer may skip.
  var isOfBatch: Bool { loss != nil }

  public var description: String {
    switch kind {
    case .loss(let loss, let broken):
      """
      the loss is \(loss) at \(place), \(rate); \(notTaken); \
      \(broken.isEmpty ? Self.adviceOnLoss : Self.adviceAfter(broken))
      """
    case .gradient(let loss, let parameters):
      """
      the gradient of \(parameters.shortList) is not finite at \(place), though the loss is \
      \(loss), \(rate); \(notTaken). Usual causes: a root, a logarithm, a norm or a quotient at 0, \
      which wants a small number added, an overflow of exp or of a power, or a NaN in the data of \
      the batch; \(Self.skipping)
      """
    case .allSkipped(let count):
      """
      all \(count) batches of the epoch until \(place) were skipped, because their losses or \
      gradients are not finite; look at the data, and at the parameters
      """
    case .emptyTrainingSet:
      "the training set gives no batch in epoch \(epoch); \(Self.emptiness)"
    case .emptyValidationSet:
      """
      the validation set gives no batch after \(place); \(Self.emptiness), or train without \
      validation
      """
    case .state(let names, let file):
      """
      \(file) is not written, and stays as it was: before \(place), \(names.shortList) had values \
      that are not finite; go on from an earlier checkpoint, with a lower rate or clipped gradients
      """
    case .measurement(let name, let known):
      """
      there is no measurement \(name) in epoch \(epoch); there are \
      \(known.joined(separator: ", "))
      """
    case .learningRate(let rate):
      "the schedule's learning rate for \(place) is \(rate), expected a number from 0 up"
    }
  }

  private var place: String { "step \(step) (epoch \(epoch))" }
  private var rate: String { "with the learning rate \(learningRate)" }
  private var notTaken: String { "the step is not taken, and nothing has changed" }

  private static let skipping = "Trainer.skipsNonFiniteSteps leaves such batches out"
  private static let adviceOnLoss =
    "take a lower rate, clip the gradients, or look at the data of the batch; \(skipping)"
  private static let emptiness =
    "it is empty, or a sequence that can be iterated only once: give a collection or a DataLoader "
    + "of at least one example"

  private static func adviceAfter(_ broken: [String]) -> String {
    "before it already, \(broken.shortList) had values that are not finite: go on from a checkpoint, "
      + "with a lower rate or clipped gradients"
  }
}
