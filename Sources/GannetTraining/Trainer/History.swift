import GannetTensor

/// The history of a training by epoch.
public struct History: Codable, Sendable, Equatable {
  /// The key of a watched value: the training loss, or a measurement of the validation by its name.
  ///
  ///     EarlyStopping(.accuracy, goal: .maximum, patience: 3)
  ///     BestCheckpoint(file, measurement: "error")
  public struct Key: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The mean loss of an epoch's training batches; never a measurement of the validation.
    public static let trainingLoss = Key(name: "training loss", isOfTraining: true)
    /// The validation loss.
    public static let loss: Key = "loss"
    /// The validation accuracy.
    public static let accuracy: Key = "accuracy"

    let name: String
    private let isOfTraining: Bool

    private init(name: String, isOfTraining: Bool) {
      self.name = name
      self.isOfTraining = isOfTraining
    }

    /// The key of the validation's measurement `name`.
    public init(_ name: String) { self.init(name: name, isOfTraining: false) }
    public init(stringLiteral name: String) { self.init(name) }

    public var description: String { name }
  }

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

    /// The value of `key`, or nil where the epoch has none.
    public subscript(key: Key) -> Double? {
      key == .trainingLoss ? trainingLoss : validation[key.name]
    }

    /// The value of `key`; stops where the epoch has none.
    public func value(of key: Key) -> Double {
      guard let value = self[key] else {
        let known = keys.map(\.description).joined(separator: ", ")
        fail("there is no measurement \(key); there are \(known)")
      }
      return value
    }

    /// The keys of all values.
    public var keys: [Key] { [.trainingLoss] + validation.keys.sorted().map { Key($0) } }
  }

  /// The record of an evaluation in the middle of an epoch.
  public struct Validation: Codable, Sendable, Equatable {
    /// The number of steps taken before it.
    public let step: Int
    /// The index of its epoch.
    public let epoch: Int
    /// The measurements by name.
    public let values: [String: Double]
    /// The learning rate of the step before it.
    public let learningRate: Double

    /// The value of `key`, or nil where there is none.
    public subscript(key: Key) -> Double? { key == .trainingLoss ? nil : values[key.name] }
  }

  /// The epochs, in order.
  public var epochs: [Epoch] = []

  /// The evaluations in the middle of epochs, in order, of
  /// ``Trainer/fit(_:validation:everySteps:epochs:)`` with an interval.
  public var validations: [Validation] = []

  /// The values of `key` in all evaluations, those in the middle of an epoch before its own.
  func values(of key: Key) -> [Double?] {
    let byEpoch = Dictionary(grouping: validations, by: \.epoch)
    return (0...epochs.count).flatMap { index in
      (byEpoch[index] ?? []).map { $0[key] } + (index < epochs.count ? [epochs[index][key]] : [])
    }
  }

  /// An empty history.
  public init() {}

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try container.decode([Epoch].self, forKey: .epochs)
    // Older files lack it.
    validations = try container.decodeIfPresent([Validation].self, forKey: .validations) ?? []
  }
}
