import CGannetKernels

extension Tensor {
  /// The sum along `axes`, all by default, which are removed or, with `keepingAxes`, kept at size 1.
  public func sum(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(kind: .sum, axes: axes, keepingAxes: keepingAxes), [self])
    }
    let reduction = AxisReduction(self, axes, "sum")
    let shape = self.shape
    let keptShape = reduction.keptShape
    let sums = reduction.sums(of: self)
    return (keepingAxes ? sums : sums.reshaped(to: reduction.squeezedShape))
      .recorded("sum", [node]) { gradient in
        [gradient.reshaped(to: keptShape).expanded(to: shape)]
      }
  }

  /// The mean along `axes`, all by default, which are removed or, with `keepingAxes`, kept at size 1.
  public func mean(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    if let trace = Trace.current {
      return trace.record(
        ReductionOperation(kind: .mean, axes: axes, keepingAxes: keepingAxes), [self])
    }
    let reduction = AxisReduction(self, axes, "mean")
    let (shape, keptShape) = (self.shape, reduction.keptShape)
    let number = Double(reduction.reduced)
    let means = reduction.sums(of: self, over: number)
    return (keepingAxes ? means : means.reshaped(to: reduction.squeezedShape))
      .recorded("mean", [node]) { gradient in
        [
          gradient.scaled(by: Float(1 / number), "scale").reshaped(to: keptShape)
            .expanded(to: shape)
        ]
      }
  }

  /// The sum over the axes along which `shape` broadcasts to this shape: the gradient of
  /// broadcasting.
  package func summed(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    let extra = rank - shape.rank
    let repeated = (0..<rank).filter {
      $0 < extra || (shape[$0 - extra] == 1 && self.shape[$0] != 1)
    }
    return sum(along: Axes(repeated), keepingAxes: true).reshaped(to: shape)
  }

  /// This tensor broadcast to `shape`.
  public func expanded(to shape: Shape) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ExpansionOperation(sizes: Array(shape)), [self])
    }
    guard self.shape.broadcast(with: shape) == shape else {
      failShapes("expanded", self.shape, shape)
    }
    if shape == self.shape { return self }
    let own = self.shape
    let result = Tensor(uninitialized: shape)
    result.overwrite(with: self)
    return result.recorded("expanded", [node]) { gradient in [gradient.summed(to: own)] }
  }
}

/// A reduction over any set of axes, in the form `[outer, reduced, inner]`.
struct AxisReduction {
  /// The result's shape with the reduced axes kept at size 1.
  let keptShape: Shape
  /// The result's shape without the reduced axes.
  let squeezedShape: Shape
  private let shape: Shape
  /// The permutation that puts the reduced axes last; nil if they are contiguous.
  private let permutation: [Int]?
  let outer: Int
  let reduced: Int
  let inner: Int

  init(_ tensor: Tensor, _ axes: Axes, _ operation: StaticString) {
    let shape = tensor.shape
    self.shape = shape
    let sorted = axes.resolved(in: shape, operation)
    keptShape = Shape((0..<shape.rank).map { sorted.contains($0) ? 1 : shape[$0] })
    let rest = (0..<shape.rank).filter { !sorted.contains($0) }
    squeezedShape = Shape(rest.map { shape[$0] })
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

  /// `tensor` in the form `[outer, reduced, inner]`, row-major and detached.
  func arranged(_ tensor: Tensor) -> Tensor { grouped(tensor.detached()).contiguous() }

  /// `tensor` in the form `[outer, reduced, inner]`.
  func grouped(_ tensor: Tensor) -> Tensor {
    (permutation.map { tensor.permuted($0) } ?? tensor).reshaped(to: [outer, reduced, inner])
  }

  /// The inverse of `grouped(_:)`, for a `tensor` of `[outer, reduced, inner]`.
  func restored(_ tensor: Tensor) -> Tensor {
    guard let permutation else { return tensor.reshaped(to: shape) }
    var inverse = permutation
    for (axis, source) in permutation.enumerated() { inverse[source] = axis }
    return tensor.reshaped(to: permutation.map { shape[$0] }).permuted(inverse)
  }

  /// The sums of `tensor` divided by `divisor`, in the shape with kept axes.
  func sums(of tensor: Tensor, over divisor: Double = 1) -> Tensor {
    let source = arranged(tensor)
    let result = Tensor(uninitialized: keptShape)
    let (from, to) = (UnsafePointer(source.pointer), result.pointer)
    if lanes.count > 1 {
      let sums = LaneSums(lanes: lanes.count, kinds: 1, width: inner)
      forEachLane { lane, start, rows in
        add(from + start, rows, to: sums[lane, 0])
      }
      for (index, sum) in sums.totals(0).enumerated() { to[index] = Float(sum / divisor) }
    } else if outer == 1, inner > 1 {
      let width = Swift.max(64, elementwiseChunk / Swift.max(1, reduced))
      ThreadPool.shared.forEach(inner, by: width) { columns in
        let first = columns.lowerBound
        gannet_sum_rows(from + first, inner, divisor, to + first, reduced, columns.count)
      }
    } else {
      forEachLane { index, start, rows in
        let target = to + index * inner
        if inner == 1 {
          target[0] = Float(gannet_sum(from + start, rows) / divisor)
        } else {
          gannet_sum_rows(from + start, inner, divisor, target, rows, inner)
        }
      }
    }
    return withExtendedLifetime(source.storage) { result }
  }

  private func add(_ x: UnsafePointer<Float>, _ rows: Int, to sums: UnsafeMutablePointer<Double>) {
    if inner == 1 {
      sums[0] += gannet_sum(x, rows)
    } else {
      gannet_accumulate_rows(x, inner, sums, rows, inner)
    }
  }

  /// `value(sum, squares)` of each result, where `sum` is that of the deviations of `tensor` from
  /// `centers`, which have the shape with kept axes, and `squares` that of their squares, in double
  /// precision.
  func deviations(
    of tensor: Tensor, from centers: Tensor, _ value: (_ sum: Double, _ squares: Double) -> Double
  ) -> Tensor {
    let source = arranged(tensor)
    let count = lanes.count
    let sums = LaneSums(lanes: outer * count, kinds: 2, width: inner)
    let (from, middle) = (source.pointer, centers.pointer)
    forEachLane { lane, start, rows in
      gannet_deviations(
        from + start, middle + lane / count * inner, sums[lane, 0], sums[lane, 1], rows, inner)
    }
    return withExtendedLifetime((source.storage, centers.storage, sums)) {
      Tensor(shape: keptShape) { target in
        for index in target.indices {
          let (result, column) = (index / inner * count, index % inner)
          var (sum, square) = (0.0, 0.0)
          for lane in result..<result + count {
            sum += sums[lane, 0][column]
            square += sums[lane, 1][column]
          }
          target[index] = Float(value(sum, square))
        }
      }
    }
  }

  /// The lanes of a result's rows: one each where there are many results.
  private var lanes: Lanes {
    let least = Tuning.reductionLane
    return Lanes(
      of: reduced,
      count: outer == 1 ? Swift.min(reduced / least.rows, reduced * inner / least.elements) : 1)
  }

  /// Calls `body(lane, start, rows)` for each result's lanes, on the pool's threads, with the
  /// offset and number of their rows.
  private func forEachLane(_ body: (_ lane: Int, _ start: Int, _ rows: Int) -> Void) {
    let lanes = lanes
    let size = lanes.count > 1 ? elementwiseChunk : reduced * inner + 1
    ThreadPool.shared.forEach(
      outer * lanes.count, by: Swift.max(1, elementwiseChunk / size)
    ) {
      for lane in $0 {
        let rows = lanes[lane % lanes.count]
        body(lane, (lane / lanes.count * reduced + rows.lowerBound) * inner, rows.count)
      }
    }
  }
}
