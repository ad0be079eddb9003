import GannetTensor

/// The history of a training by epoch.
public struct History: Codable, Sendable, Equatable {
  /// The record of an epoch.
  public struct Epoch: Codable, Sendable, Equatable {
    /// The epoch's index, from 0.
    public let index: Int
    /// The mean loss of the batches.
    public let trainingLoss: Double
    /// The measurements of its evaluation by name; empty without validation data.
    public let validation: [String: Double]
    /// The learning rate at its end.
    public let learningRate: Double
    /// The duration in seconds, including the evaluation.
    public let seconds: Double
    /// The number of batches skipped because of losses or gradients that are not finite.
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

    /// The value of a measurement of the validation, or of `training loss`; stops at an unknown
    /// name.
    public func value(of measurement: String) -> Double {
      guard let value = knownValue(of: measurement) else {
        fail("there is no measurement \(measurement); there are \(known.joined(separator: ", "))")
      }
      return value
    }

    /// The value of a measurement, or nil at an unknown name.
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
