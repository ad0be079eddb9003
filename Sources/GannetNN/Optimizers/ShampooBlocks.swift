import GannetTensor

/// A weight as a matrix, cut into blocks.
struct ShampooBlocks {
  struct Block {
    let number: Int
    let rows: Range<Int>
    let columns: Range<Int>
    /// Whether it is a weight's only one.
    fileprivate let isOnly: Bool

    /// The sizes of the sides with a preconditioner.
    var left: Int? { rows.count > 1 ? rows.count : nil }
    var right: Int? { columns.count > 1 ? columns.count : nil }
    var sideCount: Int { (left == nil ? 0 : 1) + (right == nil ? 0 : 1) }

    /// The name of a state tensor, with the block's number where there are several.
    func name(_ own: String) -> String { isOnly ? own : "blocks.\(number).\(own)" }

    /// The operations of the products and, at a constant rate, of the roots.
    var cost: Double {
      let (m, n) = (Double(rows.count), Double(columns.count))
      return m * n * (1 + (left.map { Double($0) } ?? 0) + (right.map { Double($0) } ?? 0))
        + [left, right].compactMap { $0 }.reduce(0.0) { $0 + Double($1 * $1 * $1) }
    }
  }

  let rows: Int
  let columns: Int
  /// The blocks, by rows.
  let ranges: [[Block]]
  var all: [Block] { ranges.flatMap { $0 } }

  /// The fewest blocks of a weight of `shape` with sides of up to `size`, each as large as another up
  /// to one.
  init(_ shape: Shape, _ size: Int) {
    let whole = UpdateBlock.whole(shape)
    (rows, columns) = (whole.rows.count, whole.columns.count)
    func cut(_ length: Int) -> [Range<Int>] {
      let count = max(1, (length + size - 1) / size)
      return (0..<count).map { length * $0 / count..<length * ($0 + 1) / count }
    }
    let (rowRanges, columnRanges) = (cut(rows), cut(columns))
    let isOnly = rowRanges.count * columnRanges.count == 1
    ranges = rowRanges.enumerated().map { row, rowRange in
      columnRanges.enumerated().map { column, columnRange in
        Block(
          number: row * columnRanges.count + column, rows: rowRange, columns: columnRange,
          isOnly: isOnly)
      }
    }
  }
}
