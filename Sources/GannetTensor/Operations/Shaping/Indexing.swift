// Gather and scatter by index tensors. Repeated indices add up their gradients.

extension Tensor {
  /// The slices at `indices` along `axis`, such as token embeddings or shuffled rows.
  ///
  ///     let weight = Tensor(normal: [10_000, 64])
  ///     let vectors = weight.slices(at: tokens, along: 0)  // [N, T] -> [N, T, 64]
  ///
  /// The shape of `indices` replaces `axis`. Stops at an index out of range.
  public func slices(at indices: IntTensor, along axis: Int = 0) -> Tensor {
    if let trace = Trace.current {
      return trace.record(SlicesOperation(axis: axis), self, at: indices)
    }
    let axis = shape.normalized(axis, "slices")
    indices.checkIndices("slices", below: shape[axis])
    let own = shape
    let source = detached().contiguous()
    let (blocks, count) = (AxisBlocks(source, axis), indices.count)
    let result = Tensor(
      uninitialized: Shape(shape.prefix(axis) + Array(indices.shape) + shape.dropFirst(axis + 1)))
    let (from, to) = (source.pointer, result.pointer)
    let size = Swift.max(1, elementwiseChunk / Swift.max(1, blocks.inner))
    indices.scalars.withUnsafeBufferPointer { table in
      ThreadPool.shared.forEach(blocks.outer * count, by: size) { range in
        for index in range {
          let row = index / count * blocks.size + Int(table[index % count])
          (to + index * blocks.inner).update(from: from + row * blocks.inner, count: blocks.inner)
        }
      }
    }
    return withExtendedLifetime(source.storage) {
      result.recorded("slices", [node]) { gradient in
        [Tensor(zeros: own).addingSlices(gradient, at: indices, along: axis)]
      }
    }
  }

  /// Adds `values` to the slices at `indices` along `axis` (PyTorch's `index_add`), the adjoint of
  /// ``slices(at:along:)``. Repeated indices add up in order.
  public func addingSlices(_ values: Tensor, at indices: IntTensor, along axis: Int = 0) -> Tensor {
    let axis = shape.normalized(axis, "addingSlices")
    indices.checkIndices("addingSlices", below: shape[axis])
    let wanted = Shape(
      shape.prefix(axis) + Array(indices.shape) + shape.dropFirst(axis + 1))
    guard values.shape == wanted else { failShapes("addingSlices", wanted, values.shape) }
    var result = detached().copied(to: .rowMajor)
    result.addSlices(values, at: indices, along: axis)
    return result.recorded("addingSlices", [node, values.node]) { gradient in
      [gradient, gradient.slices(at: indices, along: axis)]
    }
  }

  /// Adds `values` to the slices at `indices` along `axis` in place, without recording.
  mutating func addSlices(_ values: Tensor, at indices: IntTensor, along axis: Int = 0) {
    if !isContiguous { self = contiguous() }
    prepareToWrite()
    let added = values.contiguous()
    let (blocks, count) = (AxisBlocks(self, axis), indices.count)
    let (from, to) = (added.pointer, pointer)
    indices.scalars.withUnsafeBufferPointer { table in
      let frequent = FrequentRows(table, of: blocks.size)
      blocks.forEachPart { part in
        let sums = LaneSums(lanes: frequent.rows.count, kinds: 1, width: part.count)
        for (number, index) in table.enumerated() {
          let source = from + part.offset(size: count) + number * blocks.inner
          if let place = frequent.place(of: Int(index)) {
            let target = sums[place, 0]
            for column in 0..<part.count { target[column] += Double(source[column]) }
          } else {
            let target = to + part.offset + Int(index) * blocks.inner
            for column in 0..<part.count { target[column] += source[column] }
          }
        }
        for (place, row) in frequent.rows.enumerated() {
          let (target, sum) = (to + part.offset + row * blocks.inner, sums[place, 0])
          for column in 0..<part.count { target[column] += Float(sum[column]) }
        }
        withExtendedLifetime(sums) {}
      }
    }
    withExtendedLifetime(added.storage) {}
  }

  /// Gathers elements along `axis`: the result has the shape of `indices`, which are positions in
  /// the lines along `axis` (PyTorch's `gather`).
  ///
  ///     // The probability of each row's label: let p = probabilities.gathered(at:
  ///     labels.reshaped(to: [N, 1]), along: 1)
  ///
  /// The shapes of `indices` and this tensor may differ along `axis` alone. Stops at an index out
  /// of range.
  public func gathered(at indices: IntTensor, along axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(GatheringOperation(axis: axis), self, at: indices)
    }
    let axis = shape.normalized(axis, "gathered")
    shape.checkTable("gathered", indices, axis)
    let own = shape
    let source = detached().contiguous()
    let result = Tensor(uninitialized: indices.shape)
    let (blocks, count) = (AxisBlocks(result, axis), indices.shape[axis])
    let (from, to) = (source.pointer, result.pointer)
    indices.scalars.withUnsafeBufferPointer { table in
      blocks.forEachPart { part in
        for row in 0..<count {
          let offset = part.offset + row * blocks.inner
          let line = from + part.offset(size: own[axis])
          for column in 0..<part.count {
            to[offset + column] = line[Int(table[offset + column]) * blocks.inner + column]
          }
        }
      }
    }
    return withExtendedLifetime(source.storage) {
      result.recorded("gathered", [node]) { gradient in
        [Tensor(zeros: own).scatterAdding(gradient, at: indices, along: axis)]
      }
    }
  }

  /// Adds `values` to the elements at `indices` in the lines along `axis` (PyTorch's
  /// `scatter_add`), the adjoint of ``gathered(at:along:)``. Repeated indices add up in order.
  public func scatterAdding(_ values: Tensor, at indices: IntTensor, along axis: Int) -> Tensor {
    let axis = shape.normalized(axis, "scatterAdding")
    shape.checkTable("scatterAdding", indices, axis)
    guard values.shape == indices.shape else {
      failShapes("scatterAdding", indices.shape, values.shape)
    }
    let own = shape
    let result = detached().copied(to: .rowMajor)
    let added = values.contiguous()
    let (blocks, count) = (AxisBlocks(added, axis), indices.shape[axis])
    let (from, to) = (added.pointer, result.pointer)
    indices.scalars.withUnsafeBufferPointer { table in
      blocks.forEachPart { part in
        for row in 0..<count {
          let offset = part.offset + row * blocks.inner
          let line = to + part.offset(size: own[axis])
          for column in 0..<part.count {
            line[Int(table[offset + column]) * blocks.inner + column] += from[offset + column]
          }
        }
      }
    }
    return withExtendedLifetime(added.storage) {
      result.recorded("scatterAdding", [node, values.node]) { gradient in
        [gradient, gradient.gathered(at: indices, along: axis)]
      }
    }
  }
}

/// Rows that occur so often among indices that their additions are accumulated in double precision
/// first.
private struct FrequentRows {
  private static let least = 64

  /// The rows in ascending order.
  let rows: [Int]
  /// The position of each row in `rows`, or -1; empty if none is frequent.
  private let places: [Int32]

  /// Finds the frequent rows of `table`, whose indices are below `count`.
  init(_ table: UnsafeBufferPointer<Int32>, of count: Int) {
    guard table.count >= FrequentRows.least else {
      (rows, places) = ([], [])
      return
    }
    var numbers = [Int32](repeating: 0, count: count)
    for index in table { numbers[Int(index)] &+= 1 }
    rows = numbers.indices.filter { numbers[$0] >= FrequentRows.least }
    guard !rows.isEmpty else {
      places = []
      return
    }
    for row in numbers.indices { numbers[row] = -1 }
    for (place, row) in rows.enumerated() { numbers[row] = Int32(place) }
    places = numbers
  }

  func place(of row: Int) -> Int? {
    guard !places.isEmpty, places[row] >= 0 else { return nil }
    return Int(places[row])
  }
}
