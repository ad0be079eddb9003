import Foundation
import GannetTensor

/// Standardizes each column of a table to mean 0 and standard deviation 1.
///
/// Fit it to the training set and apply it to all sets:
///
///     let standardize = Standardizer(fitting: train)
///     let (x, xTest) = (standardize(train), standardize(test))
///
/// Missing values (NaN) are ignored when fitting and become the mean, 0. A constant column is
/// shifted, not scaled. Dive into Deep Learning, section 5.7.
public struct Standardizer: Hashable, Codable, Sendable {
  /// The mean of each column, `[D]`.
  public let mean: [Float]

  /// The population standard deviation of each column, `[D]`; 1 for a constant or empty column.
  public let standardDeviation: [Float]

  /// Fits the mean and the standard deviation of each column of `features`, `[N, D]`.
  public init(fitting features: Tensor) {
    guard features.rank == 2 else {
      failShape("Standardizer", features.shape, expected: "[N, D]")
    }
    let (rows, columns) = (features.shape[0], features.shape[1])
    let moments = features.withScalars { scalars in
      (0..<columns).map { column in
        let values = (0..<rows).lazy.map { Double(scalars[$0 * columns + column]) }
          .filter { !$0.isNaN }
        let (count, sum) = values.reduce((0.0, 0.0)) { ($0.0 + 1, $0.1 + $1) }
        let mean = sum / max(count, 1)
        // Two passes, because a difference of large squares would cancel.
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count, 1)
        return (mean: Float(mean), deviation: Float(variance.squareRoot()))
      }
    }
    mean = moments.map(\.mean)
    standardDeviation = moments.map { $0.deviation > 0 ? $0.deviation : 1 }
  }

  /// The standardized columns of `features`, `[N, D]`.
  public func callAsFunction(_ features: Tensor) -> Tensor {
    map(features) { value, mean, deviation in value.isNaN ? 0 : (value - mean) / deviation }
  }

  /// The original columns, `[N, D]`, of standardized `features`.
  public func inverse(_ features: Tensor) -> Tensor {
    map(features) { value, mean, deviation in value * deviation + mean }
  }

  private func map(
    _ features: Tensor, _ transform: (_ value: Float, _ mean: Float, _ deviation: Float) -> Float
  ) -> Tensor {
    guard features.rank == 2, features.shape[1] == mean.count else {
      failShape("Standardizer", features.shape, expected: "[N, \(mean.count)]")
    }
    return features.withScalars { scalars in
      Tensor(shape: features.shape) { target in
        for (index, value) in scalars.enumerated() {
          let column = index % mean.count
          target[index] = transform(value, mean[column], standardDeviation[column])
        }
      }
    }
  }
}
