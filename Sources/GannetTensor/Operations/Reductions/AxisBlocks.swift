/// The memory layout of an axis of a contiguous tensor: `outer` blocks of `size` rows of `inner`
/// elements.
///
/// Operations along an axis work on parts of a block, ranges of columns, to split one large block
/// as well as many small ones.
struct AxisBlocks {
  let outer: Int
  let size: Int
  let inner: Int

  /// Makes the layout of `axis` of a contiguous tensor.
  init(_ tensor: Tensor, _ axis: Int) {
    let order = tensor.layout == .channelsLast ? [0, 2, 3, 1] : Array(0..<tensor.rank)
    let position = order.firstIndex(of: axis)!
    outer = order[..<position].reduce(1) { $0 * tensor.shape[$1] }
    size = tensor.shape[axis]
    inner = order[(position + 1)...].reduce(1) { $0 * tensor.shape[$1] }
  }

  struct Part {
    /// The block's index, below `outer`.
    let block: Int
    /// The range of columns, within `inner`.
    let columns: Range<Int>
    fileprivate let size: Int
    fileprivate let inner: Int

    /// The part's offset in a tensor with `size` along the axis.
    func offset(size: Int) -> Int { block * size * inner + columns.lowerBound }
    /// The part's offset in the tensor.
    var offset: Int { offset(size: size) }
    /// The part's offset in a tensor of size 1 along the axis.
    var reducedOffset: Int { offset(size: 1) }
    var count: Int { columns.count }
  }

  /// Calls `body` with every part, on the pool's threads. Parts depend on the sizes alone.
  func forEachPart(_ body: (Part) -> Void) {
    guard outer > 0, inner > 0 else { return }
    let rows = max(1, size)
    let width = min(inner, max(64, elementwiseChunk / rows & ~63))
    let across = (inner + width - 1) / width
    ThreadPool.shared.forEach(outer * across, by: max(1, elementwiseChunk / (rows * width))) {
      for index in $0 {
        let first = index % across * width
        body(
          Part(
            block: index / across, columns: first..<min(first + width, inner), size: size,
            inner: inner))
      }
    }
  }
}
