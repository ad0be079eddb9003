import GannetTensor

/// Products of a recurrent layer's input that are computed once instead of for each token.
struct ColumnShares {
  /// The vectors of all tokens, `[V, E]`, which the layer reads as one-hot vectors; nil if it reads
  /// features.
  var vectors: Tensor?
  /// An input behind that of each step, the same for all steps, `[N, C]`; nil if there is none.
  var context: Tensor?

  /// The weights of a layer that reads one-hot vectors, or the features before the context, and the
  /// product with the context, `[N, gates · H]`.
  func applied(to values: RecurrentWeights) -> (weights: RecurrentWeights, constant: Tensor?) {
    var weights = values
    var constant: Tensor?
    if let context {
      let (all, own) = (values.input.shape[1], context.shape[1])
      constant = matmul(
        context, values.input.sliced(all - own..<all, along: 1).transposed())
      weights.input = values.input.sliced(0..<all - own, along: 1)
    }
    if let vectors { weights.input = matmul(weights.input, vectors.transposed()) }
    return (weights, constant)
  }
}
