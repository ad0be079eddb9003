/// How an axis lies in the memory of a dense tensor: `outer` blocks of `size` rows of `inner` elements.
///
/// What runs along an axis works on parts of a block, some columns of all its rows, so that a
/// block with many columns is shared out as well as many blocks.
struct AxisBlocks {
  let outer: Int
  let size: Int
  let inner: Int

  /// The axis `axis` of `tensor`, which is dense.
  init(_ tensor: Tensor, _ axis: Int) {
    let order = tensor.layout == .channelsLast ? [0, 2, 3, 1] : Array(0..<tensor.rank)
    let position = order.firstIndex(of: axis)!
    outer = order[..<position].reduce(1) { $0 * tensor.shape[$1] }
    size = tensor.shape[axis]
    inner = order[(position + 1)...].reduce(1) { $0 * tensor.shape[$1] }
  }

  struct Part {
    /// The block, of which there are `outer`.
    let block: Int
    /// The columns, of which there are `inner`.
    let columns: Range<Int>
    fileprivate let size: Int
    fileprivate let inner: Int

    /// Where the part begins in a tensor like the one that was cut, or like it but for the size of the
    /// axis.
    func offset(size: Int) -> Int { block * size * inner + columns.lowerBound }
    /// Where the part begins in the tensor.
    var offset: Int { offset(size: size) }
    /// Where the part begins in a tensor that has the size 1 along the axis.
    var reducedOffset: Int { offset(size: 1) }
    var count: Int { columns.count }
  }

  /// Calls `body` with every part, on the pool's threads; cut by the sizes alone.
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
