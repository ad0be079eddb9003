extension Tensor {
  /// The variance along `axes`, all by default, which are removed or, with `keepingAxes`, kept at
  /// size 1.
  ///
  /// Squared deviations from the mean are accumulated in double precision. It is NaN for no
  /// elements, and for one if unbiased.
  ///
  /// - Parameters:
  ///   - axes: The axes that are reduced; all by default.
  ///   - unbiased: Whether to divide the sum of squares by n - 1 instead of n; true by default.
  ///   - keepingAxes: Whether reduced axes stay, of size 1; false by default.
  public func variance(
    along axes: Axes = .all, unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(
          kind: .variance(unbiased: unbiased), axes: axes, keepingAxes: keepingAxes), [self])
    }
    let spread = Spread(self, axes, "variance", unbiased: unbiased)
    return spread.result(spread.measured { $0 }, keepingAxes).recorded("variance", [node]) {
      gradient in [spread.gradient(gradient)]
    }
  }

  /// The standard deviation along `axes`, all by default, the root of
  /// ``variance(along:unbiased:keepingAxes:)``; its derivative at 0 is 0.
  public func standardDeviation(
    along axes: Axes = .all, unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(
          kind: .standardDeviation(unbiased: unbiased), axes: axes, keepingAxes: keepingAxes),
        [self])
    }
    let spread = Spread(self, axes, "standardDeviation", unbiased: unbiased)
    let y = spread.result(spread.measured { $0.squareRoot() }, keepingAxes)
    return y.recordedWithOutput("standardDeviation", [node]) { gradient, node in
      let y = y.attached(to: node)
      return [spread.gradient((gradient / (2 * y)).replacing(with: 0, where: y .== 0))]
    }
  }
}

/// The squared deviations of a tensor from its means along some axes.
private struct Spread {
  private let x: Tensor
  private let axes: Axes
  private let reduction: AxisReduction
  private let means: Tensor
  /// The divisor of the sum of squares, n or n - 1.
  private let divisor: Double

  init(_ x: Tensor, _ axes: Axes, _ operation: StaticString, unbiased: Bool) {
    self.x = x
    self.axes = axes
    reduction = AxisReduction(x, axes, operation)
    means = reduction.sums(of: x, over: Double(reduction.reduced))
    divisor = Double(Swift.max(0, reduction.reduced - (unbiased ? 1 : 0)))
  }

  /// `f` of each variance, in the shape with kept axes.
  func measured(_ f: (Double) -> Double) -> Tensor {
    let number = Double(reduction.reduced)
    return reduction.deviations(of: x, from: means) { sum, squares in
      // The mean of the deviations corrects the rounding of the means.
      let spread = squares - sum * sum / number
      return f((spread < 0 ? 0 : spread) / divisor)
    }
  }

  func result(_ kept: Tensor, _ keepingAxes: Bool) -> Tensor {
    keepingAxes ? kept : kept.reshaped(to: reduction.squeezedShape)
  }

  /// The gradient of x from the gradient of its variances.
  func gradient(_ ofVariance: Tensor) -> Tensor {
    let means = Recording.isOn ? x.mean(along: axes, keepingAxes: true) : means
    let slopes = ofVariance.reshaped(to: reduction.keptShape).scaled(
      by: Float(2 / divisor), "scale")
    return (x - means) * slopes
  }
}

// MARK: Norms

/// A vector norm.
public enum Norm: Sendable {
  /// The sum of absolute values.
  case l1
  /// The Euclidean norm, the root of the sum of squares; over both axes of a matrix the Frobenius
  /// norm.
  case l2
  /// The largest absolute value.
  case infinity
}

extension Tensor {
  /// The norm of the vectors along `axes`, all by default, L2 by default; axes are removed or, with
  /// `keepingAxes`, kept at size 1.
  ///
  /// The derivative of a norm at 0 is 0.
  public func norm(
    _ norm: Norm = .l2, along axes: Axes = .all, keepingAxes: Bool = false
  ) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(kind: .norm(norm), axes: axes, keepingAxes: keepingAxes), [self])
    }
    return switch norm {
    case .l1: abs(self).sum(along: axes, keepingAxes: keepingAxes)
    case .l2: euclideanNorm(axes, keepingAxes)
    case .infinity: abs(self).max(along: axes, keepingAxes: keepingAxes)
    }
  }

  private func euclideanNorm(_ axes: Axes, _ keepingAxes: Bool) -> Tensor {
    let reduction = AxisReduction(self, axes, "norm")
    let (x, keptShape) = (self, reduction.keptShape)
    let kept = reduction.deviations(of: self, from: Tensor(zeros: keptShape)) { _, squares in
      squares.squareRoot()
    }
    let y = keepingAxes ? kept : kept.reshaped(to: reduction.squeezedShape)
    return y.recordedWithOutput("norm", [node]) { gradient, node in
      let divisor = y.attached(to: node).replacing(with: 1, where: y .== 0)
      return [x * (gradient / divisor).reshaped(to: keptShape)]
    }
  }
}
