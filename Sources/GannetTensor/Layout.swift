/// How a tensor's elements lie in memory.
///
/// A tag that operations set, never a guess from strides, which are ambiguous where an axis has the
/// size 1.
package enum Layout: Sendable {
  /// Dense, the last axis fastest.
  case rowMajor
  /// Four axes `[N, C, H, W]`, dense in the order N, H, W, C.
  case channelsLast
  /// A range of the channels of a channels-last tensor: a matrix of pixels by channels with a
  /// leading dimension, the stride of W.
  case channelSlice
  /// Any other strides.
  case strided

  var isDense: Bool { self == .rowMajor || self == .channelsLast }
}

extension Shape {
  /// The strides of a dense tensor of this shape and `layout`.
  func strides(_ layout: Layout) -> Strides {
    guard layout == .channelsLast else { return rowMajorStrides }
    let (c, h, w) = (self[1], self[2], self[3])
    var strides = Strides(repeating: 0)
    strides[0] = h * w * c
    strides[1] = 1
    strides[2] = w * c
    strides[3] = c
    return strides
  }
}

extension Tensor {
  /// This tensor with its elements in row-major order; itself where they are.
  public consuming func contiguous() -> Tensor {
    layout == .rowMajor ? self : copied(to: .rowMajor)
  }

  /// This tensor with its elements in memory by N, H, W, C: the order of convolutional kernels. The
  /// shape `[N, C, H, W]`, the values and the gradient stay what they are.
  public consuming func channelsLast() -> Tensor {
    guard shape.rank == 4 else {
      failShape("channelsLast", shape, expected: "[N, C, H, W]")
    }
    return layout == .channelsLast ? self : copied(to: .channelsLast)
  }

  /// Whether the elements are in row-major order without gaps.
  public var isContiguous: Bool { layout == .rowMajor }

  /// This tensor, or a copy of it, whose elements fill one stretch of memory; channels-last where
  /// it was of that kind.
  package consuming func dense() -> Tensor {
    switch layout {
    case .rowMajor, .channelsLast: self
    case .channelSlice: copied(to: .channelsLast)
    case .strided: copied(to: .rowMajor)
    }
  }

  /// A dense copy with the same node, since the values are the same.
  private func copied(to layout: Layout) -> Tensor {
    let result = Tensor(uninitialized: shape, layout: layout)
    let order = layout == .channelsLast ? [0, 2, 3, 1] : Array(0..<shape.rank)
    StridedCopy(
      sizes: order.map { shape[$0] }, sourceStrides: order.map { strides[$0] }
    ).run(from: pointer, to: result.pointer)
    var copy = result
    copy.node = node
    return withExtendedLifetime(storage) { copy }
  }
}

/// Reads elements at any strides and writes them densely in the order of the axes.
struct StridedCopy {
  private var sizes: [Int]
  private var strides: [Int]

  init(sizes: [Int], sourceStrides: [Int]) {
    self.sizes = []
    strides = []
    for (size, stride) in zip(sizes, sourceStrides) where size != 1 {
      if let last = strides.last, last == stride * size {  // the two axes are one
        self.sizes[self.sizes.count - 1] *= size
        strides[strides.count - 1] = stride
      } else {
        self.sizes.append(size)
        strides.append(stride)
      }
    }
    // The loops below want two axes at least.
    while self.sizes.count < 2 {
      self.sizes.insert(1, at: 0)
      strides.insert(0, at: 0)
    }
  }

  func run(from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    let rank = sizes.count
    let (rows, columns) = (sizes[rank - 2], sizes[rank - 1])
    let (rowStride, columnStride) = (strides[rank - 2], strides[rank - 1])
    let outerSizes = Array(sizes.dropLast(2))
    let outerStrides = Array(strides.dropLast(2))
    let planes = outerSizes.reduce(1, *)
    guard planes * rows * columns > 0 else { return }
    // Blocks of rows of a plane, so that a large matrix is shared out as well as many small ones.
    let blockRows = max(1, min(rows, 16_384 / columns + 1))
    let blocks = (rows + blockRows - 1) / blockRows
    ThreadPool.shared.forEach(planes * blocks, by: max(1, 16_384 / (blockRows * columns))) {
      for index in $0 {
        let (plane, first) = (index / blocks, index % blocks * blockRows)
        var (rest, offset) = (plane, 0)
        for axis in outerSizes.indices.reversed() {
          offset += rest % outerSizes[axis] * outerStrides[axis]
          rest /= outerSizes[axis]
        }
        copyMatrix(
          source + offset + first * rowStride, rowStride, columnStride,
          target + (plane * rows + first) * columns, min(blockRows, rows - first), columns)
      }
    }
  }

  private func copyMatrix(
    _ source: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int,
    _ target: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int
  ) {
    if columnStride == 1 {
      for row in 0..<rows {
        (target + row * columns).update(from: source + row * rowStride, count: columns)
      }
      return
    }
    // Tiles, so that a line of the cache that a column brings in serves its neighbours too.
    let tile = 16
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for row in top..<min(top + tile, rows) {
          for column in left..<min(left + tile, columns) {
            target[row * columns + column] = source[row * rowStride + column * columnStride]
          }
        }
      }
    }
  }
}
