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
  if let trace = Trace.current, dropout == nil {
    let step = AttentionOperation(mask: MaskForm(mask), scale: scale)
    return trace.record(step, [query, key, value], mask)
  }
  let operation: StaticString = "scaledDotProductAttention"
  let sizes = AttentionSizes(operation, query.shape, key.shape, value.shape)
  if query.rank == 3 {
    return scaledDotProductAttention(
      query: query.unsqueezed(at: 1), key: key.unsqueezed(at: 1), value: value.unsqueezed(at: 1),
      mask: mask.unsqueezedHeads, scale: scale, dropout: dropout
    ).squeezed(at: 1)
  }
  if mask.isRecorded {  // the bias's gradient is that of all scores
    return scaledDotProductAttentionWithWeights(
      query: query, key: key, value: value, mask: mask, scale: scale, dropout: dropout
    ).output
  }
  let attention = FusedAttention(
    operation, sizes, query: query, key: key, value: value, mask: mask, scale: scale,
    dropout: dropout)
  let inputs = [query.node, key.node, value.node]
  let output = Tensor(heads: sizes.heads, sizes.batch, sizes.queries, sizes.valueDepth)
  let statistics = attention.forward(into: output, saving: Recording.isOn(for: inputs))
  return output.recorded(operation, inputs, twiceDifferentiable: false) { gradient in
    let dq = Tensor(heads: sizes.heads, sizes.batch, sizes.queries, sizes.depth)
    let dk = Tensor(heads: sizes.keyHeads, sizes.batch, sizes.keys, sizes.depth)
    let dv = Tensor(heads: sizes.keyHeads, sizes.batch, sizes.keys, sizes.valueDepth)
    attention.backward(
      gradient, output: output, statistics: statistics!, query: dq, key: dk, value: dv)
    return [dq, dk, dv]
  }
}

/// Scaled dot-product self-attention of one product for queries, keys and values.
///
///     let y = scaledDotProductAttention(packed: projection(x), heads: 8, mask: .causal)
///
/// Its values are those of ``scaledDotProductAttention(query:key:value:mask:scale:dropout:)`` on the
/// three parts; the gradient is written into one buffer.
///
/// - Parameters:
///   - packed: `[B, T, (H + 2 Hkv) · D]`: the heads of queries, those of keys, those of values.
///   - heads: H.
///   - keyHeads: Hkv, which divides H; H by default.
///   - mask: The keys that each query sees; all by default.
///   - scale: The factor of the products; 1 / √D by default.
///   - dropout: The dropout of the weights, for B · H · T · T elements; none by default.
/// - Returns: `[B, T, H · D]`.
public func scaledDotProductAttention(
  packed: Tensor, heads: Int, keyHeads: Int? = nil, mask: AttentionMask = .none,
  scale: Float? = nil, dropout: DropoutMask? = nil
) -> Tensor {
  if let trace = Trace.current, dropout == nil {
    let step = PackedAttentionOperation(
      heads: heads, keyHeads: keyHeads ?? heads, mask: MaskForm(mask), scale: scale)
    return trace.record(step, [packed], mask)
  }
  let operation: StaticString = "scaledDotProductAttention"
  let parts = PackedHeads(operation, packed.shape, heads, keyHeads ?? heads)
  if mask.isRecorded {
    let (q, k, v) = parts.split(packed)
    return scaledDotProductAttention(
      query: q, key: k, value: v, mask: mask, scale: scale, dropout: dropout
    ).transposed(1, 2).reshaped(to: parts.merged)
  }
  let (q, k, v) = parts.split(packed.detached())
  let sizes = AttentionSizes(operation, q.shape, k.shape, v.shape)
  let attention = FusedAttention(
    operation, sizes, query: q, key: k, value: v, mask: mask, scale: scale, dropout: dropout)
  let output = Tensor(heads: sizes.heads, sizes.batch, sizes.queries, sizes.valueDepth)
  let statistics = attention.forward(into: output, saving: packed.isRecorded)
  let merged = output.transposed(1, 2).reshaped(to: parts.merged)
  return merged.recorded(operation, [packed.node], twiceDifferentiable: false) { gradient in
    let whole = Tensor(uninitialized: packed.shape)
    let (dq, dk, dv) = parts.split(whole)
    let byHead = gradient.reshaped(to: [sizes.batch, sizes.queries, sizes.heads, sizes.valueDepth])
    attention.backward(
      byHead.transposed(1, 2), output: output, statistics: statistics!, query: dq, key: dk,
      value: dv)
    return [whole]
  }
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
