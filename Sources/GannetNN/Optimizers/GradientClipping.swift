import CGannetKernels
import GannetTensor

extension Parameters {
  /// The Euclidean norm of all gradients as one vector, in double precision, without overflow.
  public var gradientNorm: Double {
    compactMap(\.node.gradientElements).reduce(0) { $0 + $1.total(gannet_sum_of_squares) }
      .squareRoot()
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
      } else {  // in two steps, since the factor would be a subnormal float
        let half = Float((Double(limit) / norm).squareRoot())
        changeGradients { $0 * half * half }
      }
    }
    return norm
  }

  /// Clips every element of every gradient to [-limit, limit].
  public func clipGradients(toValue limit: Float) {
    guard limit >= 0 else { fail("clipGradients: value \(limit), expected 0 or more") }
    changeGradients { gradient in
      gradient.mapped { gannet_clip($0, limit, $1, $2) }
    }
  }

  private func changeGradients(_ change: (consuming Tensor) -> Tensor) {
    withoutGradients {
      for parameter in self { parameter.node.changeGradient(change) }
    }
  }
}

extension Tensor {
  /// The sum of `sum` over chunks, in order.
  func total(_ sum: (UnsafePointer<Float>?, Int) -> Double) -> Double {
    let tensor = dense()
    let (source, size) = (tensor.pointer, 65_536)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count / size + 1) { parts in
      parts.update(repeating: 0)
      let sums = parts.baseAddress!
      ThreadPool.shared.forEach(count, by: size) { range in
        sums[range.lowerBound / size] = sum(source + range.lowerBound, range.count)
      }
      return withExtendedLifetime(tensor.storage) { parts.reduce(0, +) }
    }
  }
}
