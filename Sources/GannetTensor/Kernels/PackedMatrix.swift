import CGannetKernels

/// A packed matrix `[k, n]`, the right factor of many small products.
///
/// The result of a row does not depend on the other rows, so splitting rows does not change bits.
package struct PackedMatrix: WeightForm {
  let storage: Storage
  /// The rows, which are summed over.
  let k: Int
  let n: Int

  package init(_ matrix: UnsafePointer<Float>, stride: Int, transposed: Bool, k: Int, n: Int) {
    self.k = k
    self.n = n
    storage = Storage(count: gannet_packed_count(k, n))
    let target = storage.pointer
    ThreadPool.shared.forEach(n, by: 128) { columns in
      gannet_pack(
        matrix, stride, transposed, k, n, target, columns.lowerBound, columns.upperBound)
    }
  }

  /// result = base + rows · this, for `count` rows, on this thread; `base` may be the result, or a
  /// repeated row.
  package func multiply(
    _ rows: gannet_matrix, base: gannet_matrix, into result: gannet_matrix, count: Int
  ) {
    gannet_multiply_packed(rows, storage.pointer, base, result, count, k, n)
  }

  /// result += rows · this.
  package func multiply(_ rows: gannet_matrix, addingTo result: gannet_matrix, count: Int) {
    multiply(rows, base: result, into: result, count: count)
  }

  /// A block of result = base + rows · this, on this thread; the columns begin at a panel. Each
  /// element's bits are the same for all blocks.
  ///
  /// - Parameter rows: The left factor's rows from the block's first on.
  func multiply(
    _ rows: BLAS.Operand, base: gannet_matrix, into result: gannet_matrix, count: Int,
    columns: Range<Int>
  ) {
    let (left, padded) = (columns.lowerBound, (n + panelWidth - 1) / panelWidth * panelWidth)
    let blockDepth = Int(GANNET_DEPTH)
    let target = result.from(left)
    // The kernel reads rows, so columns are transposed into a block in the cache.
    let block = rows.transposed ? Storage(count: count * min(blockDepth, k)) : nil
    var base = base.from(left)
    for top in stride(from: 0, to: k, by: blockDepth) {
      let depth = min(blockDepth, k - top)
      let source = rows.from(row: 0, column: top)
      var factor = gannet_matrix(
        start: UnsafeMutablePointer(mutating: source.pointer), ld: source.stride)
      if let block {
        gannet_transpose(source.pointer, source.stride, block.pointer, depth, count, depth)
        factor = gannet_matrix(start: block.pointer, ld: depth)
      }
      gannet_multiply_part(
        factor, storage.pointer + top * padded + left * depth, depth * panelWidth, base, target,
        count, depth, columns.count)
      base = target
    }
  }
}
