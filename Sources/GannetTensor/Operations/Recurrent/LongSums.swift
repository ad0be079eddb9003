import CGannetKernels

/// Sums of any number of terms, row by row of a matrix, in single precision. After a number of terms a
/// row's sum is moved to double precision, so that its error does not grow with the number of terms.
///
/// The first move comes after `limit` terms, the others after a sixteenth of that each. So the bits
/// depend on the terms and their order alone.
final class LongSums {
  private let sums: Tensor
  /// Where the terms are added: rows of `width` elements, `stride` apart.
  let start: UnsafeMutablePointer<Float>
  let stride: Int
  let width: Int
  private let limit: Int32
  /// How many terms each row has; after a move, all but a sixteenth of the limit.
  private var added: [Int32]
  private var moved: [Int: [Double]] = [:]

  /// Sums that are collected in the rows of `sums`, or in a range of their columns.
  init(_ sums: Tensor, rows: Int, columns: Range<Int>? = nil, limit: Int) {
    self.sums = sums
    stride = sums.count / max(1, rows)
    let columns = columns ?? 0..<stride
    start = sums.pointer + columns.lowerBound
    width = columns.count
    self.limit = Int32(limit)
    added = Array(repeating: 0, count: rows)
  }

  /// Makes the rows at `indices` ready for another term each.
  func prepare(_ indices: UnsafePointer<Int32>, count: Int) {
    added.withUnsafeMutableBufferPointer { added in
      for place in 0..<count {
        let row = Int(indices[place])
        added[row] += 1
        if added[row] > limit { added[row] = move(row) + 1 }
      }
    }
  }

  /// Makes all rows ready for another `count` terms each.
  func prepareAll(_ count: Int) {
    for row in added.indices {
      if added[row] + Int32(count) > limit, added[row] > 0 { added[row] = move(row) }
      added[row] += Int32(count)
    }
  }

  /// The terms that a row counts as having after its move.
  private func move(_ row: Int) -> Int32 {
    let from = start + row * stride
    moved[row, default: Array(repeating: 0, count: width)].withUnsafeMutableBufferPointer {
      gannet_accumulate_rows(from, stride, $0.baseAddress, 1, width)
    }
    from.update(repeating: 0, count: width)
    return limit - limit / 16
  }

  /// The sums of all terms so far, in the matrix; no others follow.
  func total() -> Tensor {
    for (row, settled) in moved {
      let target = start + row * stride
      for column in 0..<width { target[column] = Float(settled[column] + Double(target[column])) }
    }
    moved = [:]
    return sums
  }
}
