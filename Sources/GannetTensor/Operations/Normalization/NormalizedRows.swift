import CGannetKernels

/// The rows that a norm over the last axes of a tensor, those of its weight, treats one by one: what
/// layer norm and root mean square norm share.
struct NormalizedRows {
  let x: Tensor
  let weight: Tensor
  /// The number of rows.
  let count: Int
  /// The number of features, the row's length.
  let columns: Int

  /// Makes the rows of `x`, `[..., F]`, for a weight `[F]`; stops where these don't fit.
  init(_ operation: StaticString, _ x: Tensor, weight: Tensor) {
    guard weight.rank >= 1, x.rank >= weight.rank, weight.count > 0,
      Shape(Array(x.shape.suffix(weight.rank))) == weight.shape
    else { failShapes(operation, x.shape, weight.shape) }
    self.x = x.detached().contiguous()
    self.weight = weight.detached().contiguous()
    columns = weight.count
    count = x.count / columns
  }

  /// The normalized axes.
  var axes: Axes { Axes(x.rank - weight.rank..<x.rank) }

  /// A block of rows in a pass of a kernel.
  struct Block {
    /// The number of the first row.
    let first: Int
    let count: Int
    /// The place of the first element.
    let offset: Int

    fileprivate init(_ range: Range<Int>, columns: Int) {
      (first, count, offset) = (range.lowerBound, range.count, range.lowerBound * columns)
    }
  }

  /// The result of `kernel`, which writes the rows of a block to `y`.
  func result(
    _ kernel: (
      _ block: Block, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) -> Void
  ) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    let (from, to) = (x.pointer, y.pointer)
    ThreadPool.shared.forEach(count, by: max(1, elementwiseChunk / columns)) { range in
      let block = Block(range, columns: columns)
      kernel(block, from + block.offset, to + block.offset)
    }
    return withExtendedLifetime(self) { y }
  }

  /// The pointers to a block of rows that a backward kernel reads and writes.
  struct Backward {
    let block: Block
    let dy: UnsafePointer<Float>
    let x: UnsafePointer<Float>
    /// Nil where the gradient of `x` is not wanted.
    let dx: UnsafeMutablePointer<Float>?
    /// Room for a row of floats for each parameter.
    let buffer: UnsafeMutablePointer<Float>
    /// The sums of the parameters' gradients over the rows of a lane.
    let sums: [UnsafeMutablePointer<Double>]
  }

  /// The gradients of `x` and of `parameterCount` parameters of the weight's shape, by `kernel`.
  func gradients(
    _ incoming: consuming Tensor, _ wanted: WantedGradients, parameterCount: Int,
    _ kernel: (Backward) -> Void
  ) -> [Tensor?] {
    var gradient = incoming.contiguous()
    gradient.node = nil
    let isUnique = gradient.ownsStorage()
    let dx = wanted(0) { isUnique ? gradient : Tensor(uninitialized: x.shape) }
    // Sums of the parameters' gradients in lanes of rows.
    let lanes = Lanes(of: count, count: x.count / Tuning.normLane)
    let sums = LaneSums(lanes: lanes.count, kinds: parameterCount, width: columns)
    let buffers = Storage(count: lanes.count * parameterCount * columns)
    let (dy, from, to, buffer) = (gradient.pointer, x.pointer, dx?.pointer, buffers.pointer)
    lanes.forEachLane { lane, range in
      let block = Block(range, columns: columns)
      kernel(
        Backward(
          block: block, dy: dy + block.offset, x: from + block.offset,
          dx: to.map { $0 + block.offset }, buffer: buffer + lane * parameterCount * columns,
          sums: (0..<parameterCount).map { sums[lane, $0] }))
    }
    return withExtendedLifetime((self, gradient.storage, buffers, sums)) {
      [dx]
        + (0..<parameterCount).map { kind in
          wanted(kind + 1) { Tensor(sums.totals(kind).map { Float($0) }, shape: weight.shape) }
        }
    }
  }
}
