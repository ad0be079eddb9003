import CGannetKernels

/// Sums the rows of a matrix, `stride` apart, into `sums`, accumulated in double precision.
///
/// Split over the columns, so that every sum is one loop over the rows.
func sumColumns(
  _ x: UnsafePointer<Float>, stride: Int, into sums: UnsafeMutablePointer<Float>, rows: Int,
  columns: Int
) {
  let whole = rows * columns < elementwiseChunk
  let width = whole ? columns : max(16, (columns / 2 + 15) & ~15)
  ThreadPool.shared.forEach(columns, by: width) { range in
    gannet_sum_rows(
      x + range.lowerBound, stride, 1, sums + range.lowerBound, rows, range.count)
  }
}
