/// The value of a quantile that lies between two elements.
public enum QuantileInterpolation: Sendable {
  /// On the line between them.
  case linear
  /// The smaller one.
  case lower
  /// The larger one.
  case higher
  /// Their mean.
  case midpoint
  /// The nearer one; of two as near, that of even place.
  case nearest
}

extension Tensor {
  /// The median along `axes`, all by default, which are removed or, with `keepingAxes`, kept at size
  /// 1; the smaller of the two in the middle, as in PyTorch.
  ///
  /// It is NaN where an element is. The gradient goes to the median.
  public func median(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    quantile(0.5, along: axes, interpolation: .lower, keepingAxes: keepingAxes)
  }

  /// The quantile along `axes`, all by default, which are removed or, with `keepingAxes`, kept at size
  /// 1.
  ///
  /// Of n sorted elements it is the one at share · (n - 1), from 0 on. It is NaN where an element is.
  ///
  /// - Parameters:
  ///   - share: The share of the elements that are not larger, 0 to 1.
  ///   - axes: The axes that are reduced; all by default.
  ///   - interpolation: The value between two elements; linear by default.
  ///   - keepingAxes: Whether reduced axes stay, of size 1; false by default.
  public func quantile(
    _ share: Double, along axes: Axes = .all, interpolation: QuantileInterpolation = .linear,
    keepingAxes: Bool = false
  ) -> Tensor {
    SortedLines(self, axes, "quantile").quantile(share, interpolation, keepingAxes)
  }

  /// Several quantiles along `axes`, as ``quantile(_:along:interpolation:keepingAxes:)``, in a new
  /// first axis.
  public func quantiles(
    _ shares: [Double], along axes: Axes = .all, interpolation: QuantileInterpolation = .linear,
    keepingAxes: Bool = false
  ) -> Tensor {
    let lines = SortedLines(self, axes, "quantiles")
    return stack(shares.map { lines.quantile($0, interpolation, keepingAxes) })
  }
}

/// The elements along some axes in ascending order.
private struct SortedLines {
  private let reduction: AxisReduction
  private let operation: StaticString
  /// `[outer, reduced, inner]`.
  private let values: Tensor

  init(_ x: Tensor, _ axes: Axes, _ operation: StaticString) {
    reduction = AxisReduction(x, axes, operation)
    guard reduction.reduced > 0 else {
      failShape(operation, x.shape, expected: "an element at least")
    }
    self.operation = operation
    values = reduction.grouped(x).sorted(along: 1).values
  }

  func quantile(
    _ share: Double, _ interpolation: QuantileInterpolation, _ keepingAxes: Bool
  ) -> Tensor {
    guard share >= 0, share <= 1 else { fail("\(operation): share \(share), expected 0 to 1") }
    let place = share * Double(reduction.reduced - 1)
    let (low, high) = (place.rounded(.down), place.rounded(.up))
    let between =
      switch interpolation {
      case .lower: element(low)
      case .higher: element(high)
      case .nearest: element(place.rounded(.toNearestOrEven))
      case .midpoint where low != high: (element(low) + element(high)) * 0.5
      case .linear where low != high:
        element(low) + (element(high) - element(low)) * Float(place - low)
      case .midpoint, .linear: element(low)
      }
    // NaN, the largest, comes last.
    let last = element(Double(reduction.reduced - 1))
    let result = between.replacing(with: last, where: last .!= last)
    return result.reshaped(to: keepingAxes ? reduction.keptShape : reduction.squeezedShape)
  }

  private func element(_ place: Double) -> Tensor {
    values.sliced(Int(place)..<Int(place) + 1, along: 1)
  }
}
