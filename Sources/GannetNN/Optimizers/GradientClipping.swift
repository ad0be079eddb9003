import GannetTensor

extension Parameters {
  /// The Euclidean norm of all gradients as one vector, in double precision, without overflow.
  public var gradientNorm: Double {
    compactMap(\.node.gradientElements).reduce(0) { $0 + $1.sumOfSquares }.squareRoot()
  }

  /// Clips gradients by their norm as one vector: g ← min(1, limit / ‖g‖) g (Dive into Deep
  /// Learning, section 9.5.3).
  ///
  /// Call it between `backward()` and the optimizer's step. Gradients with a NaN are not changed.
  ///
  /// - Returns: The norm before clipping.
  @discardableResult
  public func clipGradients(toNorm limit: Float) -> Double {
    guard limit >= 0 else { fail("clipGradients: norm \(limit), expected 0 or more") }
    let norm = gradientNorm
    if norm > Double(limit), norm.isFinite {
      let scale = limit / Float(norm)
      if limit == 0 || scale.isNormal {
        changeGradients { $0 * scale }
      } else {  // in two steps, since a float of that size has few digits
        let half = Float((Double(limit) / norm).squareRoot())
        changeGradients { $0 * half * half }
      }
    }
    return norm
  }

  /// Clips every element of every gradient to [-limit, limit].
  public func clipGradients(toValue limit: Float) {
    guard limit >= 0 else { fail("clipGradients: value \(limit), expected 0 or more") }
    changeGradients { $0.clipped(to: limit) }
  }

  private func changeGradients(_ change: (consuming Tensor) -> Tensor) {
    withoutGradients {
      for parameter in self { parameter.node.changeGradient(change) }
    }
  }
}
