import GannetTensor

/// The mean of a function of the differences between predictions and targets.
private struct MeanDifference {
  private var sum = 0.0
  private var count = 0

  mutating func add(
    _ predictions: Tensor, _ targets: Tensor, _ operation: StaticString,
    _ error: (Double) -> Double
  ) {
    guard predictions.shape == targets.shape else {
      failShapes(operation, predictions.shape, targets.shape)
    }
    for (prediction, target) in zip(predictions.scalars, targets.scalars) {
      sum += error(Double(prediction) - Double(target))
    }
    count += targets.count
  }

  var value: Double { count == 0 ? .nan : sum / Double(count) }
}

/// The mean absolute error (MAE) over all elements of predictions and targets of one shape. A NaN
/// makes it NaN.
public struct MeanAbsoluteError: Metric {
  private var mean = MeanDifference()

  /// Makes an error of no values.
  public init() {}

  public mutating func update(predictions: Tensor, targets: Tensor) {
    mean.add(predictions, targets, "MeanAbsoluteError") { abs($0) }
  }

  public var value: Double { mean.value }

  public mutating func reset() { mean = MeanDifference() }
}

/// The mean squared error (MSE) over all elements of predictions and targets of one shape. A NaN
/// makes it NaN.
public struct MeanSquaredError: Metric {
  private var mean = MeanDifference()

  /// Makes an error of no values.
  public init() {}

  public mutating func update(predictions: Tensor, targets: Tensor) {
    mean.add(predictions, targets, "MeanSquaredError") { $0 * $0 }
  }

  public var value: Double { mean.value }

  public mutating func reset() { mean = MeanDifference() }
}

/// The root mean squared error (RMSE), in the targets' unit.
public struct RootMeanSquaredError: Metric {
  private var mean = MeanDifference()

  /// Makes an error of no values.
  public init() {}

  public mutating func update(predictions: Tensor, targets: Tensor) {
    mean.add(predictions, targets, "RootMeanSquaredError") { $0 * $0 }
  }

  public var value: Double { mean.value.squareRoot() }

  public mutating func reset() { mean = MeanDifference() }
}
