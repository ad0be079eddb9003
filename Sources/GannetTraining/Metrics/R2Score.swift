import GannetTensor

/// The coefficient of determination R², 1 - (sum of squared errors) / (sum of squared deviations of
/// the targets from their mean): 1 is perfect, 0 as good as predicting the mean.
///
/// For targets `[N, D]` it is the mean over the D columns. A constant column counts 1 if it is
/// predicted exactly, else 0, as in scikit-learn. With fewer than two examples, or a NaN, the value
/// is NaN.
public struct R2Score: Metric {
  /// The running sums of a column.
  private struct Column {
    var errors = 0.0
    var mean = 0.0
    /// The sum of squared deviations from the mean, by Welford's recurrence, since a difference of
    /// two sums would cancel for targets far from 0.
    var deviations = 0.0

    var value: Double {
      if errors.isNaN || deviations.isNaN { return .nan }
      if deviations == 0 { return errors == 0 ? 1 : 0 }
      return 1 - errors / deviations
    }
  }

  private var columns: [Column] = []
  private var count = 0

  /// Makes a score of no values.
  public init() {}

  /// Adds predictions and targets, both `[N]` or both `[N, D]`.
  public mutating func update(predictions: Tensor, targets: Tensor) {
    let shape = targets.shape
    guard predictions.shape == shape, (1...2).contains(shape.rank) else {
      failShapes("R2Score", predictions.shape, shape)
    }
    let width = shape.rank == 1 ? 1 : shape[1]
    if columns.isEmpty { columns = Array(repeating: Column(), count: width) }
    guard width == columns.count else {
      failShape("R2Score", shape, expected: "\(columns.count) columns")
    }
    let (predictions, targets) = (predictions.scalars, targets.scalars)
    for row in 0..<shape[0] {
      count += 1
      for column in 0..<width {
        let target = Double(targets[row * width + column])
        let error = Double(predictions[row * width + column]) - target
        columns[column].errors += error * error
        let deviation = target - columns[column].mean
        columns[column].mean += deviation / Double(count)
        columns[column].deviations += deviation * (target - columns[column].mean)
      }
    }
  }

  public var value: Double {
    count < 2 ? .nan : columns.reduce(0) { $0 + $1.value } / Double(columns.count)
  }

  public mutating func reset() { self = R2Score() }
}
