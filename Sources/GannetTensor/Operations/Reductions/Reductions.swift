import CGannetKernels

extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor { sum(along: Array(0..<rank), keepingAxes: false) }

  /// The sum along `axes` (negative ones count from the back), which vanish from the shape or,
  /// with `keepingAxes`, get the size 1.
  public func sum(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let reduction = AxisReduction(self, axes, "sum")
    let shape = self.shape
    let keptShape = reduction.keptShape
    let sums = reduction.sums(of: self)
    return (keepingAxes ? sums : sums.reshaped(to: reduction.squeezedShape))
      .recorded("sum", [node]) { gradient in
        [gradient.reshaped(to: keptShape).expanded(to: shape)]
      }
  }

  /// The sum along `axis`.
  public func sum(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    sum(along: [axis], keepingAxes: keepingAxes)
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { mean(along: Array(0..<rank)) }

  /// The mean along `axes`, which vanish or, with `keepingAxes`, get the size 1.
  public func mean(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let total = sum(along: axes, keepingAxes: keepingAxes)
    return total.scaled(
      by: Float(Double(Swift.max(total.count, 1)) / Double(count)), "mean")
  }

  /// The mean along `axis`.
  public func mean(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    mean(along: [axis], keepingAxes: keepingAxes)
  }

  /// The gradient of a tensor of `shape` that was broadcast to this one: the sum over what it
  /// was repeated along.
  package func summed(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    let extra = rank - shape.rank
    let repeated = (0..<rank).filter {
      $0 < extra || (shape[$0 - extra] == 1 && self.shape[$0] != 1)
    }
    return sum(along: repeated, keepingAxes: true).reshaped(to: shape)
  }

  /// This tensor repeated along axes of size 1 (or that it lacks in front) to fill `shape`.
  public func expanded(to shape: Shape) -> Tensor {
    guard self.shape.broadcast(with: shape) == shape else {
      failShapes("expanded", self.shape, shape)
    }
    if shape == self.shape { return self }
    let own = self.shape
    let result = Tensor(uninitialized: shape)
    result.overwrite(with: self)
    return result.recorded("expand", [node]) { gradient in [gradient.summed(to: own)] }
  }
}

/// Brings any set of axes into the form `[outer, reduced, inner]` of a row-major tensor.
struct AxisReduction {
  /// The shape of the result with the axes kept at size 1.
  let keptShape: Shape
  /// The shape of the result without them.
  let squeezedShape: Shape
  private let shape: Shape
  /// The axes with the reduced ones last, where they are not neighbours already.
  private let permutation: [Int]?
  let outer: Int
  let reduced: Int
  let inner: Int

  init(_ tensor: Tensor, _ axes: [Int], _ operation: StaticString) {
    let shape = tensor.shape
    self.shape = shape
    let wanted = Set(axes.map { shape.normalized($0, operation) })
    keptShape = Shape((0..<shape.rank).map { wanted.contains($0) ? 1 : shape[$0] })
    let rest = (0..<shape.rank).filter { !wanted.contains($0) }
    squeezedShape = Shape(rest.map { shape[$0] })
    let sorted = wanted.sorted()
    reduced = sorted.reduce(1) { $0 * shape[$1] }
    if let first = sorted.first, let last = sorted.last, last - first + 1 != sorted.count {
      permutation = rest + sorted
      outer = rest.reduce(1) { $0 * shape[$1] }
      inner = 1
    } else {
      permutation = nil
      let first = sorted.first ?? 0
      outer = (0..<first).reduce(1) { $0 * shape[$1] }
      inner = (first + sorted.count..<shape.rank).reduce(1) { $0 * shape[$1] }
    }
  }

  /// `tensor` in row-major order with its reduced axes together.
  func arranged(_ tensor: Tensor) -> Tensor {
    let tensor = tensor.detached()
    return (permutation.map { tensor.permuted($0) } ?? tensor).contiguous()
  }

  /// What `arranged` brought into its form, in the order of the axes that it came from: `tensor` is
  /// `[outer, reduced, inner]`.
  func restored(_ tensor: Tensor) -> Tensor {
    guard let permutation else { return tensor.reshaped(to: shape) }
    var inverse = permutation
    for (axis, source) in permutation.enumerated() { inverse[source] = axis }
    return tensor.reshaped(to: permutation.map { shape[$0] }).permuted(inverse)
  }

  /// The sums of `tensor`, in the shape with the axes kept.
  func sums(of tensor: Tensor) -> Tensor {
    reduced(tensor) { source, rows, columns, target in
      gannet_add_rows(source, columns, target, rows, columns)
    } rows: {
      gannet_sum($0, $1)
    }
  }

  /// Reduces by `add(source, rows, columns, target)`, which adds rows to the target, or, where the
  /// reduced axes are last, by `rows(source, count)`, which reduces one row.
  ///
  /// Rows are cut into at most eight lanes, by their number alone, whose results are added in order.
  func reduced(
    _ tensor: Tensor,
    add: (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void,
    rows sumRow: (UnsafePointer<Float>, Int) -> Float
  ) -> Tensor {
    let source = arranged(tensor)
    let result = Tensor(zeros: keptShape)
    let (from, to) = (UnsafePointer(source.pointer), result.pointer)
    if inner == 1 {
      reduceRows(from, to, sumRow)
    } else {
      let lanes = outer == 1 ? Swift.min(8, Swift.max(1, reduced * inner / 65_536)) : 1
      if lanes > 1 {
        reduceInLanes(from, to, lanes, add)
      } else {
        ThreadPool.shared.forEach(outer, by: Swift.max(1, elementwiseChunk / (reduced * inner + 1)))
        {
          for index in $0 {
            add(from + index * reduced * inner, reduced, inner, to + index * inner)
          }
        }
      }
    }
    return withExtendedLifetime(source.storage) { result }
  }

  private func reduceRows(
    _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>,
    _ sumRow: (UnsafePointer<Float>, Int) -> Float
  ) {
    let lanes = outer == 1 ? Swift.min(8, Swift.max(1, reduced / 65_536)) : 1
    guard lanes > 1 else {
      ThreadPool.shared.forEach(outer, by: Swift.max(1, elementwiseChunk / (reduced + 1))) {
        for index in $0 { to[index] = sumRow(from + index * reduced, reduced) }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes) { parts in
      let base = parts.baseAddress!
      ThreadPool.shared.forEach(chunks: lanes) { lane in
        let range = lane * reduced / lanes..<(lane + 1) * reduced / lanes
        base[lane] = sumRow(from + range.lowerBound, range.count)
      }
      to[0] = sumRow(base, lanes)
    }
  }

  private func reduceInLanes(
    _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ lanes: Int,
    _ add: (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let parts = Storage(count: lanes * inner)
    let base = parts.pointer
    ThreadPool.shared.forEach(chunks: lanes) { lane in
      let range = lane * reduced / lanes..<(lane + 1) * reduced / lanes
      (base + lane * inner).update(repeating: 0, count: inner)
      add(from + range.lowerBound * inner, range.count, inner, base + lane * inner)
    }
    add(base, lanes, inner, to)
    withExtendedLifetime(parts) {}
  }
}
