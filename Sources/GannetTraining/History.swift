/// What a training reported, epoch by epoch.
public struct History: Codable, Sendable {
  /// One epoch.
  public struct Epoch: Codable, Sendable {
    /// The number of the epoch, from 0.
    public let index: Int
    /// The mean of the losses of its batches.
    public let trainingLoss: Double
    /// What the evaluation after it measured, by name; empty without validation data.
    public let validation: [String: Double]
    /// The learning rate with which it ended.
    public let learningRate: Double
    /// How long it took, the evaluation included, in seconds.
    public let seconds: Double
  }

  /// The epochs, in order.
  public var epochs: [Epoch] = []

  /// An empty history.
  public init() {}
}
