import GannetTensor

/// What a training reported, epoch by epoch.
public struct History: Codable, Sendable, Equatable {
  /// One epoch.
  public struct Epoch: Codable, Sendable, Equatable {
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

    /// A measurement of the validation, or `training loss`; stops where there is none of the name.
    public func value(of measurement: String) -> Double {
      if measurement == "training loss" { return trainingLoss }
      guard let value = validation[measurement] else {
        let known = ["training loss"] + validation.keys.sorted()
        fail("there is no measurement \(measurement); there are \(known.joined(separator: ", "))")
      }
      return value
    }
  }

  /// The epochs, in order.
  public var epochs: [Epoch] = []

  /// An empty history.
  public init() {}
}
