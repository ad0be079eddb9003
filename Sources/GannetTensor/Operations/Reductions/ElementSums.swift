import CGannetKernels

// Sums over all elements of a tensor in double precision, in one pass.

extension Tensor {
  /// The sum of the squares of all elements, in which no finite element is too large.
  package var sumOfSquares: Double { total(gannet_sum_of_squares) }

  /// The sum of the absolute values of all elements.
  package var sumOfMagnitudes: Double { total(gannet_sum_of_magnitudes) }

  /// The sum of the products of all elements with those of `other`, of the same shape.
  package func dot(_ other: Tensor) -> Double {
    guard shape == other.shape else { failShapes("dot", shape, other.shape) }
    let (a, b) = (contiguous(), other.contiguous())
    let (x, y) = (a.pointer, b.pointer)
    return withExtendedLifetime((a.storage, b.storage)) {
      sumOfChunks(count, by: 65_536) { gannet_dot(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
    }
  }

  /// The number of elements that are infinite or NaN.
  package var nonFiniteCount: Int { Int(total(gannet_count_not_finite)) }

  private func total(_ sum: (UnsafePointer<Float>?, Int) -> Double) -> Double {
    let tensor = dense()
    let source = tensor.pointer
    return withExtendedLifetime(tensor.storage) {
      sumOfChunks(count, by: 65_536) { sum(source + $0.lowerBound, $0.count) }
    }
  }
}

/// The sum of `part(range)` over the chunks of `size` that `count` elements are cut into, which are
/// computed on the pool's threads and added in their order.
func sumOfChunks(_ count: Int, by size: Int, _ part: (Range<Int>) -> Double) -> Double {
  withUnsafeTemporaryAllocation(of: Double.self, capacity: count / size + 1) { parts in
    parts.update(repeating: 0)
    let sums = parts.baseAddress!
    ThreadPool.shared.forEach(count, by: size) { sums[$0.lowerBound / size] = part($0) }
    return parts.reduce(0, +)
  }
}
