extension Tensor {
  /// The variance along `axes`, which vanish or, with `keepingAxes`, get the size 1.
  ///
  /// - Parameter unbiased: Whether the sum of squares is divided by n - 1, as an estimate from a
  ///   sample, and not by n.
  public func variance(
    along axes: [Int], unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    let deviations = self - mean(along: axes, keepingAxes: true)
    let squares = (deviations * deviations).sum(along: axes, keepingAxes: keepingAxes)
    let number = Double(count) / Double(Swift.max(squares.count, 1)) - (unbiased ? 1 : 0)
    return squares.scaled(by: Float(1 / number), "variance")
  }

  /// The variance along `axis`.
  public func variance(
    along axis: Int, unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    variance(along: [axis], unbiased: unbiased, keepingAxes: keepingAxes)
  }

  /// The variance of all elements, a scalar.
  public func variance(unbiased: Bool = true) -> Tensor {
    variance(along: Array(0..<rank), unbiased: unbiased)
  }

  /// The square root of the variance along `axes`.
  public func standardDeviation(
    along axes: [Int], unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    sqrt(variance(along: axes, unbiased: unbiased, keepingAxes: keepingAxes))
  }

  /// The square root of the variance along `axis`.
  public func standardDeviation(
    along axis: Int, unbiased: Bool = true, keepingAxes: Bool = false
  ) -> Tensor {
    standardDeviation(along: [axis], unbiased: unbiased, keepingAxes: keepingAxes)
  }

  /// The square root of the variance of all elements, a scalar.
  public func standardDeviation(unbiased: Bool = true) -> Tensor {
    sqrt(variance(unbiased: unbiased))
  }
}

// MARK: Norms

/// A norm of vectors.
public enum Norm: Sendable {
  /// The sum of absolute values.
  case l1
  /// The square root of the sum of squares: Euclid's, and over both axes of a matrix Frobenius'.
  case l2
  /// The largest absolute value.
  case infinity
}

extension Tensor {
  /// The norm of the vectors along `axes`, which vanish or, with `keepingAxes`, get the size 1.
  ///
  /// The derivative of a norm at 0 is 0.
  public func norm(_ norm: Norm = .l2, along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    switch norm {
    case .l1: abs(self).sum(along: axes, keepingAxes: keepingAxes)
    case .l2: euclideanNorm(axes, keepingAxes)
    case .infinity: abs(self).max(along: axes, keepingAxes: keepingAxes)
    }
  }

  /// The norm of the vectors along `axis`.
  public func norm(_ norm: Norm = .l2, along axis: Int, keepingAxes: Bool = false) -> Tensor {
    self.norm(norm, along: [axis], keepingAxes: keepingAxes)
  }

  /// The norm of all elements as one vector, a scalar.
  public func norm(_ norm: Norm = .l2) -> Tensor { self.norm(norm, along: Array(0..<rank)) }

  private func euclideanNorm(_ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    let reduction = AxisReduction(self, axes, "norm")
    let (x, keptShape) = (self, reduction.keptShape)
    let kept = sqrt(reduction.sums(of: square(detached())))
    let y = keepingAxes ? kept : kept.reshaped(to: reduction.squeezedShape)
    return y.recordedWithOutput("norm", [node]) { gradient, node in
      let divisor = y.attached(to: node).replacing(with: 1, where: y .== 0)
      return [x * (gradient / divisor).reshaped(to: keptShape)]
    }
  }
}
