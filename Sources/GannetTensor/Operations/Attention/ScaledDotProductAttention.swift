/// Scaled dot-product attention: for each query, the mean of the values, weighted by the softmax of
/// the query's products with the keys (Vaswani et al., 2017; Dive into Deep Learning, section 11.3).
///
///     let projected = qkv(x).reshaped(to: [b, t, 3, h, d]).permuted([2, 0, 3, 1, 4]).unstacked()
///     let y = scaledDotProductAttention(
///       query: projected[0], key: projected[1], value: projected[2], mask: .causal)
///     let merged = y.transposed(1, 2).reshaped(to: [b, t, h * d])  // without a copy
///
/// - Parameters:
///   - query: `[B, H, Q, D]`, or `[B, Q, D]` as one head; views are read in place.
///   - key: `[B, Hkv, K, D]`, or `[B, K, D]`, with at least one key. H is a multiple of Hkv: each
///     head of keys serves H / Hkv heads of queries in a row (grouped-query attention).
///   - value: `[B, Hkv, K, Dv]`, or `[B, K, Dv]`.
///   - mask: The keys that each query sees; all by default.
///   - scale: The factor of the products; 1 / √D by default.
///   - dropout: The dropout of the weights, for B · H · Q · K elements; none by default.
/// - Returns: `[B, H, Q, Dv]`, or `[B, Q, Dv]`.
public func scaledDotProductAttention(
  query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask = .none, scale: Float? = nil,
  dropout: DropoutMask? = nil
) -> Tensor {
  scaledDotProductAttentionWithWeights(
    query: query, key: key, value: value, mask: mask, scale: scale, dropout: dropout
  ).output
}

/// ``scaledDotProductAttention(query:key:value:mask:scale:dropout:)`` and its weights, `[B, H, Q, K]`
/// or `[B, Q, K]`, before dropout.
///
/// It stores all weights, so ask for them only to look at them; it has second derivatives.
public func scaledDotProductAttentionWithWeights(
  query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask = .none, scale: Float? = nil,
  dropout: DropoutMask? = nil
) -> (output: Tensor, weights: Tensor) {
  let operation: StaticString = "scaledDotProductAttention"
  let sizes = AttentionSizes(operation, query.shape, key.shape, value.shape)
  if query.rank == 3 {
    let one = scaledDotProductAttentionWithWeights(
      query: query.unsqueezed(at: 1), key: key.unsqueezed(at: 1), value: value.unsqueezed(at: 1),
      mask: mask.unsqueezedHeads, scale: scale, dropout: dropout)
    return (one.output.squeezed(at: 1), one.weights.squeezed(at: 1))
  }
  let scores = sizes.merged(
    matmul(sizes.grouped(query), sizes.grouped(key), transposingB: true))
  let weights = maskedSoftmax(operation, scores, mask, scale: scale ?? sizes.scale)
  let dropped = dropout.map { GannetTensor.dropout(weights, mask: $0) } ?? weights
  return (sizes.merged(matmul(sizes.grouped(dropped), sizes.grouped(value))), weights)
}

/// The sizes of an attention.
struct AttentionSizes {
  let batch: Int
  /// Heads of queries.
  let heads: Int
  /// Heads of keys and values.
  let keyHeads: Int
  let queries: Int
  let keys: Int
  /// Elements of a query and of a key.
  let depth: Int
  let valueDepth: Int

  /// Stops unless the shapes fit one another.
  init(_ operation: StaticString, _ query: Shape, _ key: Shape, _ value: Shape) {
    guard query.rank == 3 || query.rank == 4 else {
      failShape(operation, query, expected: "queries [B, H, Q, D] or [B, Q, D]")
    }
    let (query4, key4, value4) = (query.withHeads, key.withHeads, value.withHeads)
    guard key.rank == query.rank, key4[0] == query4[0], key4[3] == query4[3], key4[2] > 0,
      key4[1] > 0 && query4[1] % key4[1] == 0
    else { failShapes(operation, query, key) }
    guard value.rank == key.rank, Array(value4.dropLast()) == Array(key4.dropLast()) else {
      failShapes(operation, key, value)
    }
    (batch, heads, queries, depth) = (query4[0], query4[1], query4[2], query4[3])
    (keyHeads, keys, valueDepth) = (key4[1], key4[2], value4[3])
  }

  /// 1 / √D.
  var scale: Float { 1 / Float(max(1, depth)).squareRoot() }

  /// The heads of queries for each head of keys.
  var group: Int { heads / keyHeads }

  /// `[B, Hkv, H / Hkv, ...]` or `[B, Hkv, 1, ...]` of a tensor with heads on axis 1, where one head
  /// of keys serves several of queries.
  func grouped(_ x: Tensor) -> Tensor {
    guard group > 1 else { return x }
    return x.reshaped(to: [batch, keyHeads, x.shape[1] / keyHeads] + x.shape.dropFirst(2))
  }

  /// `[B, H, ...]` of a grouped result.
  func merged(_ x: Tensor) -> Tensor {
    group > 1 ? x.reshaped(to: [batch, heads] + x.shape.dropFirst(3)) : x
  }
}

extension Shape {
  /// `[B, 1, N, D]` of `[B, N, D]`.
  fileprivate var withHeads: Shape { rank == 3 ? inserting(1, at: 1) : self }
}
