import GannetTensor

/// A block of a parameter as a matrix, `[out, rest]`, a vector one column.
package struct UpdateBlock {
  package let rows: Range<Int>
  package let columns: Range<Int>
  /// The cost of its update, in comparison with others of the same optimizer.
  package let cost: Double

  /// The number of elements.
  package var count: Int { rows.count * columns.count }

  /// The ranges of a whole parameter of `shape`.
  static func whole(_ shape: Shape) -> (rows: Range<Int>, columns: Range<Int>, count: Int) {
    let (rows, columns) = (shape.first ?? 1, shape.dropFirst().reduce(1, *))
    return (0..<rows, 0..<columns, rows * columns)
  }
}
