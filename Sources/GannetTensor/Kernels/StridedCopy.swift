import CGannetKernels

extension Tensor {
  /// Copies `source`, broadcast to this shape, into the elements of this tensor, for any layouts.
  /// All tensors that share the storage change, so use it for new tensors, or as the owner.
  func overwrite(with source: Tensor) {
    withExtendedLifetime((storage, source.storage)) {
      StridedCopy(from: source, to: self, adding: false).run(from: source.pointer, to: pointer)
    }
  }

  /// Adds `source`, broadcast to this shape, to the elements, under the same rule as
  /// `overwrite(with:)`.
  func add(_ source: Tensor) {
    withExtendedLifetime((storage, source.storage)) {
      StridedCopy(from: source, to: self, adding: true).run(from: source.pointer, to: pointer)
    }
  }
}

/// A copy between arbitrary strides, in the order of the target.
private struct StridedCopy {
  private struct Axis {
    var size: Int
    /// Strides in the source and in the target.
    var source: Int
    var target: Int
  }

  private let outer: [Axis]
  /// The last two axes, which form a matrix.
  private let rows: Axis
  private let columns: Axis
  /// Whether the source is added to the target.
  private let adding: Bool

  init(from source: Tensor, to target: Tensor, adding: Bool) {
    self.adding = adding
    let shape = target.shape
    let axes = (0..<shape.rank).filter { shape[$0] != 1 }.map {
      Axis(
        size: shape[$0], source: source.stride(alignedTo: $0, of: shape), target: target.strides[$0]
      )
    }
    var merged: [Axis] = []
    for axis in axes.sorted(by: { $0.target > $1.target }) {
      if let last = merged.last, last.source == axis.source * axis.size,
        last.target == axis.target * axis.size
      {
        merged[merged.count - 1] = Axis(
          size: last.size * axis.size, source: axis.source, target: axis.target)
      } else {
        merged.append(axis)
      }
    }
    let single = Axis(size: 1, source: 0, target: 0)
    columns = merged.popLast() ?? single
    rows = merged.popLast() ?? single
    outer = merged
  }

  func run(from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    let planes = outer.reduce(1) { $0 * $1.size }
    guard planes * rows.size * columns.size > 0 else { return }
    // Blocks of a plane's rows, to split a large matrix as well as many small ones; whole tiles if
    // transposing.
    let blockRows = min(rows.size, (elementwiseChunk / columns.size + 16) & ~15)
    let blocks = (rows.size + blockRows - 1) / blockRows
    ThreadPool.shared.forEach(
      planes * blocks, by: max(1, elementwiseChunk / (blockRows * columns.size))
    ) { range in
      for index in range {
        let first = index % blocks * blockRows
        var (rest, from, to) = (index / blocks, first * rows.source, first * rows.target)
        for axis in outer.reversed() {
          let position = rest % axis.size
          from += position * axis.source
          to += position * axis.target
          rest /= axis.size
        }
        copyMatrix(source + from, target + to, min(blockRows, rows.size - first))
      }
    }
  }

  private func copyMatrix(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch (columns.source, columns.target) {
    case (1, 1) where adding:
      for row in 0..<count {
        gannet_add_rows(
          source + row * rows.source, 0, target + row * rows.target, 1, columns.size)
      }
    case (1, 1):
      for row in 0..<count {
        (target + row * rows.target).update(from: source + row * rows.source, count: columns.size)
      }
    case (0, 1) where !adding:
      for row in 0..<count {
        (target + row * rows.target).update(
          repeating: source[row * rows.source], count: columns.size)
      }
    case (_, 1) where rows.source == 1 && columns.source > 1 && !adding:
      gannet_transpose(source, columns.source, target, rows.target, count, columns.size)
    default:
      copyTiles(source, target, count)
    }
  }

  /// Copies by tiles, so that a cache line loaded for a column also serves its neighbours.
  private func copyTiles(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    let tile = 16
    for top in stride(from: 0, to: count, by: tile) {
      for left in stride(from: 0, to: columns.size, by: tile) {
        for row in top..<min(top + tile, count) {
          for column in left..<min(left + tile, columns.size) {
            let place = row * rows.target + column * columns.target
            let value = source[row * rows.source + column * columns.source]
            target[place] = adding ? target[place] + value : value
          }
        }
      }
    }
  }
}
