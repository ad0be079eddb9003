/// A row-sparse gradient of a matrix, zero in all other rows.
///
/// It avoids a dense gradient of the whole table, in the backward pass and in the optimizer, where
/// a step looks up a few rows.
package struct RowGradient {
  /// The distinct row indices.
  package let rows: IntTensor
  /// The rows' gradients, `[rows.count, D]`.
  package var values: Tensor

  /// Sums `gradients`, `[N, D]`, of the N `rows` of a table of `count` rows by distinct row; the
  /// gradient of the row `constant` is 0.
  init(summing gradients: Tensor, at rows: IntTensor, of count: Int, constant: Int? = nil) {
    var places = [Int32](repeating: -1, count: count)
    var distinct: [Int32] = []
    let targets = rows.scalars.map { row in
      if places[Int(row)] < 0 {
        places[Int(row)] = Int32(distinct.count)
        distinct.append(row)
      }
      return places[Int(row)]
    }
    self.rows = IntTensor(distinct)
    let size = gradients.shape[1]
    values = Tensor(zeros: [distinct.count, size])
    values.addSlices(gradients, at: IntTensor(targets))
    if let constant, places[constant] >= 0 {
      (values.pointer + Int(places[constant]) * size).update(repeating: 0, count: size)
    }
  }

  /// The sum of this and `other`, both of a table of `count` rows.
  func adding(_ other: RowGradient, of count: Int) -> RowGradient {
    RowGradient(
      summing: concatenate([values, other.values]),
      at: IntTensor(rows.scalars + other.rows.scalars), of: count)
  }

  /// Adds this to `whole`, of the table's shape.
  func add(to whole: inout Tensor) { whole.addSlices(values, at: rows) }
}

extension Tensor {
  /// The rows of this matrix, `[V, D]`, at `indices`, `[...]`, as `[..., D]`; the row `constant`
  /// gets no gradient.
  ///
  /// A leaf gets a ``RowGradient``.
  package func rows(at indices: IntTensor, constant: Int? = nil) -> Tensor {
    if let trace = Trace.current {
      return trace.record(EmbeddingOperation(constant: constant), self, at: indices)
    }
    let table = shape
    return detached().slices(at: indices).recordedWithOutput("embedding", [node]) {
      gradient, node in
      let gradient = gradient.reshaped(to: [indices.count, table[1]])
      let indices = indices.reshaped(to: [indices.count])
      if let leaf = Tape.leafToFill(node.inputs[0]) {
        leaf.accumulate(
          RowGradient(summing: gradient, at: indices, of: table[0], constant: constant))
        return [nil]
      }
      let isVariable = Tensor(indices.scalars.map { Int($0) == constant ? 0 : 1 })
      return [
        Tensor(zeros: table).addingSlices(
          constant == nil ? gradient : gradient * isVariable.unsqueezed(at: 1), at: indices)
      ]
    }
  }
}
