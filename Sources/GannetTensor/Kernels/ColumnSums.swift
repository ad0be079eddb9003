import CGannetKernels

/// Adds the rows of a matrix, `stride` apart, up in `sums`, whatever that held.
///
/// Cut over the columns, so that every sum is one loop over the rows.
func sumColumns(
  _ x: UnsafePointer<Float>, stride: Int, into sums: UnsafeMutablePointer<Float>, rows: Int,
  columns: Int
) {
  sums.update(repeating: 0, count: columns)
  let whole = rows * columns < elementwiseChunk
  let width = whole ? columns : max(16, (columns / 2 + 15) & ~15)
  ThreadPool.shared.forEach(columns, by: width) { range in
    gannet_add_rows(
      x + range.lowerBound, stride, sums + range.lowerBound, rows, range.count)
  }
}
