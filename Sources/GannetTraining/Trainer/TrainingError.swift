/// The loss has left the range of numbers.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss: infinite or not a number.
  public let loss: Double
  /// The step, from 0.
  public let step: Int
  /// The learning rate of the steps before it.
  public let learningRate: Float

  public var description: String {
    "the loss is \(loss) at step \(step), with the learning rate \(learningRate); "
      + "take a lower rate, clip the gradients, or look at the data of the batch"
  }
}
