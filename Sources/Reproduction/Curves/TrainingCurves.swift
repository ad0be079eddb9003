/// Averages the losses of batches to curves with the book's points.
///
/// A training point is the mean of half an epoch's batches (rounded down), at their mean fractional
/// epoch; batches left over in an epoch belong to the next point. A validation point is the
/// unweighted mean over the validation batches, at the end of its epoch. This is how the trainer
/// and the progress board of section "Object-Oriented Design for Implementation" plot.
///
/// ```swift
/// var curves = TrainingCurves(batchesPerEpoch: 235)
/// for epoch in 0..<10 {
///   for batch in training { curves.train(.trainLoss, step(batch)) }
///   for batch in validation { curves.validate(.validationLoss, loss(batch)) }
///   curves.endEpoch()
/// }
/// curves.final(.validationLoss)
/// ```
package struct TrainingCurves: Codable, Sendable {
  /// The curves so far, in the order of their first points.
  package private(set) var curves: [Curve] = []
  /// The number of epochs that have ended.
  package private(set) var completedEpochs = 0

  private let batchesPerEpoch: Int
  private var training: [String: Accumulator] = [:]
  private var validation: [Validated] = []

  /// Curves of a training with `batchesPerEpoch` training batches an epoch.
  package init(batchesPerEpoch: Int) {
    guard batchesPerEpoch > 0 else {
      fatalError("TrainingCurves: \(batchesPerEpoch) batches an epoch")
    }
    self.batchesPerEpoch = batchesPerEpoch
  }

  /// Adds the loss (or another mean) of the next training batch.
  package mutating func train(_ curve: CurveName, _ value: Double) {
    let name = curve.rawValue
    var points = training[name] ?? Accumulator()
    points.add(position: Double(points.batches) / Double(batchesPerEpoch), value: value)
    if points.count == max(1, batchesPerEpoch / 2) {
      append(to: name, epoch: points.meanPosition, value: points.mean)
      points.clear()
    }
    training[name] = points
  }

  /// Adds the loss (or another mean) of the next validation batch of this epoch.
  package mutating func validate(_ curve: CurveName, _ value: Double) {
    let name = curve.rawValue
    let index =
      validation.firstIndex { $0.name == name }
      ?? {
        validation.append(Validated(name: name, accumulator: Accumulator()))
        return validation.count - 1
      }()
    validation[index].accumulator.add(position: 0, value: value)
  }

  /// Ends the epoch, which adds the points of validation.
  package mutating func endEpoch() {
    completedEpochs += 1
    for quantity in validation {
      append(
        to: quantity.name, epoch: Double(completedEpochs), value: quantity.accumulator.mean)
    }
    validation.removeAll()
  }

  /// The last point of a curve; nil where it has none.
  package func final(_ curve: CurveName) -> Double? { self[curve]?.final }

  /// A curve; nil where it has no point.
  package subscript(curve: CurveName) -> Curve? { curves.first { $0.name == curve.rawValue } }

  private mutating func append(to name: String, epoch: Double, value: Double) {
    if !curves.contains(where: { $0.name == name }) { curves.append(Curve(name)) }
    for index in curves.indices where curves[index].name == name {
      curves[index].epochs.append(epoch)
      curves[index].values.append(value)
    }
  }

  private struct Validated: Codable {
    let name: String
    var accumulator: Accumulator
  }

  private struct Accumulator: Codable {
    var batches = 0
    var count = 0
    private var positions = 0.0
    private var values = 0.0

    var meanPosition: Double { positions / Double(count) }
    var mean: Double { values / Double(count) }

    mutating func add(position: Double, value: Double) {
      batches += 1
      count += 1
      positions += position
      values += value
    }

    mutating func clear() {
      count = 0
      positions = 0
      values = 0
    }
  }
}
