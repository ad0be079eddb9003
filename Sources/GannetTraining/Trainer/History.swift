import GannetTensor

/// The record of a training, epoch by epoch.
public struct History: Codable, Sendable, Equatable {
  /// One epoch.
  public struct Epoch: Codable, Sendable, Equatable {
    /// The number of the epoch, from 0.
    public let index: Int
    /// The mean of the losses of its batches.
    public let trainingLoss: Double
    /// Measurements of the evaluation after it, by name; empty without validation data.
    public let validation: [String: Double]
    /// The learning rate with which it ended.
    public let learningRate: Double
    /// How long it took, the evaluation included, in seconds.
    public let seconds: Double
    /// How many batches were skipped, because their losses or gradients were not finite.
    public let skippedBatches: Int

    init(
      index: Int, trainingLoss: Double, validation: [String: Double], learningRate: Double,
      seconds: Double, skippedBatches: Int
    ) {
      self.index = index
      self.trainingLoss = trainingLoss
      self.validation = validation
      self.learningRate = learningRate
      self.seconds = seconds
      self.skippedBatches = skippedBatches
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        index: try container.decode(Int.self, forKey: .index),
        trainingLoss: try container.decode(Double.self, forKey: .trainingLoss),
        validation: try container.decode([String: Double].self, forKey: .validation),
        learningRate: try container.decode(Double.self, forKey: .learningRate),
        seconds: try container.decode(Double.self, forKey: .seconds),
        // Older files lack it.
        skippedBatches: try container.decodeIfPresent(Int.self, forKey: .skippedBatches) ?? 0)
    }

    /// A measurement of the validation, or `training loss`; stops where there is none of the name.
    public func value(of measurement: String) -> Double {
      guard let value = knownValue(of: measurement) else {
        fail("there is no measurement \(measurement); there are \(known.joined(separator: ", "))")
      }
      return value
    }

    /// The same, or nil where there is none of the name.
    func knownValue(of measurement: String) -> Double? {
      measurement == "training loss" ? trainingLoss : validation[measurement]
    }

    /// The names of all measurements.
    var known: [String] { ["training loss"] + validation.keys.sorted() }
  }

  /// The epochs, in order.
  public var epochs: [Epoch] = []

  /// An empty history.
  public init() {}
}
