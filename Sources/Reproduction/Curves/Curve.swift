/// A curve of a training: pairs of an epoch and a value.
package struct Curve: Codable, Sendable, Equatable {
  /// The quantity, such as `train_loss`.
  package var name: String
  /// The epoch of each value.
  package var epochs: [Double]
  /// The values, as many as `epochs`.
  package var values: [Double]

  package init(_ name: String, epochs: [Double] = [], values: [Double] = []) {
    self.name = name
    self.epochs = epochs
    self.values = values
  }

  /// The last value, as the book publishes; nil before the first.
  package var final: Double? { values.last }
}
