import CGannetKernels

/// An attention in blocks of queries and keys, whose weights are never stored: memory grows with
/// Q + K, not with Q · K. The backward pass computes the weights again.
///
/// A chunk is one or several heads of keys with all their queries, or a range of these.
struct FusedAttention {
  let sizes: AttentionSizes
  /// `[B, H, Q, D]`, `[B, Hkv, K, D]` and `[B, Hkv, K, Dv]`, off the tape, with whole rows.
  let query: Tensor
  let key: Tensor
  let value: Tensor
  let scale: Float
  let mask: MaskRows
  let dropout: DropoutMask?

  init(
    _ operation: StaticString, _ sizes: AttentionSizes, query: Tensor, key: Tensor, value: Tensor,
    mask: AttentionMask, scale: Float?, dropout: DropoutMask?
  ) {
    self.sizes = sizes
    self.query = query.wholeRows()
    self.key = key.wholeRows()
    self.value = value.wholeRows()
    self.scale = scale ?? sizes.scale
    let scores: Shape = [sizes.batch, sizes.heads, sizes.queries, sizes.keys]
    self.mask = MaskRows(operation, mask, for: scores)
    dropout?.check(operation, scores)
    self.dropout = dropout
  }

  /// Writes the result into `output`, `[B, H, Q, Dv]` with whole rows; returns each query's largest
  /// score and 1 / the sum of its powers, `[B, H, Q, 2]`, if `saving`.
  func forward(into output: Tensor, saving: Bool) -> Tensor? {
    let statistics =
      saving ? Tensor(uninitialized: [sizes.batch, sizes.heads, sizes.queries, 2]) : nil
    let height = Tuning.attentionQueries
    let parts = (sizes.queries + height - 1) / height
    mask.withRows { mask in
      forEachKeyHead(parts: parts, products: 2) { batch, keyHead, part, memory in
        var packed = gannet_packed_head()
        if sizes.group * sizes.queries < Tuning.packedQueries {
          packed.key_rows = key.rows(batch, keyHead)
          packed.value_rows = value.rows(batch, keyHead)
        } else {
          packed.keys_across = memory.across(sizes.depth)
          packed.values = memory.along(sizes.valueDepth)
          pack(key, batch, keyHead, sizes.depth, packed.keys_across, nil)
          pack(value, batch, keyHead, sizes.valueDepth, nil, packed.values)
        }
        let queries = part * height..<min(sizes.queries, (part + 1) * height)
        for head in keyHead * sizes.group..<(keyHead + 1) * sizes.group {
          var form = form(batch, head, queries, mask, output, statistics)
          gannet_attention_forward(&form, packed, memory.scratch())
        }
      }
    }
    return withExtendedLifetime((self, output, statistics)) { statistics }
  }

  /// Writes the gradients of query, key and value into tensors of their shapes with whole rows,
  /// from that of `output`.
  func backward(
    _ gradient: Tensor, output: Tensor, statistics: Tensor, query dq: Tensor, key dk: Tensor,
    value dv: Tensor
  ) {
    let gradient = gradient.wholeRows()
    let (parts, height) = backwardParts
    let shares =
      parts > 1
      ? Tensor(
        uninitialized: [
          parts - 1, sizes.batch * sizes.keyHeads, sizes.keys, sizes.depth + sizes.valueDepth,
        ]) : nil
    mask.withRows { mask in
      forEachKeyHead(parts: parts, products: 5) { batch, keyHead, part, memory in
        var packed = gannet_packed_head()
        packed.keys_across = memory.across(sizes.depth)
        packed.values_across = memory.across(sizes.valueDepth)
        packed.keys = memory.along(sizes.depth)
        pack(key, batch, keyHead, sizes.depth, packed.keys_across, packed.keys)
        pack(value, batch, keyHead, sizes.valueDepth, packed.values_across, nil)
        var (toKey, toValue) = (dk.rows(batch, keyHead), dv.rows(batch, keyHead))
        if part > 0 {
          toKey = shares!.rows(part - 1, batch * sizes.keyHeads + keyHead)
          toValue = gannet_matrix(start: toKey.start + sizes.depth, ld: toKey.ld)
        }
        for row in 0..<sizes.keys {
          (toKey.start + row * toKey.ld).update(repeating: 0, count: sizes.depth)
          (toValue.start + row * toValue.ld).update(repeating: 0, count: sizes.valueDepth)
        }
        let queries = part * height..<min(sizes.queries, (part + 1) * height)
        for head in keyHead * sizes.group..<(keyHead + 1) * sizes.group {
          var form = form(batch, head, queries, mask, output, statistics)
          gannet_attention_backward(
            &form, packed, gradient.rows(batch, head, from: queries.lowerBound),
            dq.rows(batch, head, from: queries.lowerBound), toKey, toValue, memory.scratch())
        }
      }
    }
    if let shares { add(shares, toKey: dk, value: dv) }
    withExtendedLifetime((self, gradient, output, statistics, shares)) {}
  }

  /// The parts of a head's queries in the backward pass and the queries of one: several where there
  /// are few heads and many queries. Each part sums gradients of its own of keys and values.
  private var backwardParts: (count: Int, height: Int) {
    guard sizes.batch * sizes.keyHeads < Tuning.attentionHeads else { return (1, sizes.queries) }
    let chunks = (sizes.queries + Tuning.attentionQueries - 1) / Tuning.attentionQueries
    let count = min(Tuning.attentionParts, max(1, chunks))
    let block = Int(GANNET_QUERY_BLOCK)
    let blocks = (sizes.queries + block - 1) / block
    return (count, (blocks + count - 1) / count * block)
  }

  /// Adds the gradients of the parts behind the first, in order, to those of the first.
  private func add(_ shares: Tensor, toKey dk: Tensor, value dv: Tensor) {
    let (count, columns) = (sizes.batch * sizes.keyHeads * sizes.keys, shares.shape[3])
    ThreadPool.shared.forEach(count, by: max(1, elementwiseChunk / max(1, columns))) { range in
      for index in range {
        let (head, row) = (index / sizes.keys, index % sizes.keys)
        let (batch, keyHead) = (head / sizes.keyHeads, head % sizes.keyHeads)
        let share = shares.rows(0, head, from: row).start!
        gannet_add_rows(
          share, shares.strides[0], dk.rows(batch, keyHead, from: row).start, shares.shape[0],
          sizes.depth)
        gannet_add_rows(
          share + sizes.depth, shares.strides[0], dv.rows(batch, keyHead, from: row).start,
          shares.shape[0], sizes.valueDepth)
      }
    }
  }

  private func form(
    _ batch: Int, _ head: Int, _ queries: Range<Int>, _ mask: (Int, Int, Int) -> gannet_mask,
    _ output: Tensor, _ statistics: Tensor?
  ) -> gannet_attention {
    let first = (batch * sizes.heads + head) * sizes.queries + queries.lowerBound
    return gannet_attention(
      queries: queries.count, keys: sizes.keys, depth: sizes.depth,
      value_depth: sizes.valueDepth, scale: scale, mask: mask(batch, head, queries.lowerBound),
      draws: dropout.draws(from: first * sizes.keys),
      query: query.rows(batch, head, from: queries.lowerBound),
      output: output.rows(batch, head, from: queries.lowerBound),
      statistics: statistics.map { $0.pointer + 2 * first })
  }

  private func pack(
    _ tensor: Tensor, _ batch: Int, _ head: Int, _ columns: Int,
    _ across: UnsafeMutablePointer<Float>?, _ along: UnsafeMutablePointer<Float>?
  ) {
    gannet_pack_head(tensor.rows(batch, head), sizes.keys, columns, across, along)
  }

  /// Calls `body` with each example, head of keys and part, and memory for it, on the pool's threads.
  private func forEachKeyHead(
    parts: Int, products: Int, _ body: (Int, Int, Int, inout AttentionScratch) -> Void
  ) {
    let count = sizes.batch * sizes.keyHeads * parts
    let work =
      sizes.group * sizes.queries / max(1, parts) * sizes.keys * (sizes.depth + sizes.valueDepth)
    let group = max(1, Tuning.attentionChunk / max(1, work * products / 2))
    guard count > 0 else { return }
    ThreadPool.shared.forEach(count, by: group) { range in
      let storage = Storage(count: AttentionScratch.count(sizes))
      for index in range {
        let head = index / parts
        var memory = AttentionScratch(storage.pointer, keys: sizes.keys)
        body(head / sizes.keyHeads, head % sizes.keyHeads, index % parts, &memory)
      }
      withExtendedLifetime(storage) {}
    }
  }
}

/// The scratch memory of a chunk, handed out in pieces.
private struct AttentionScratch {
  private var free: UnsafeMutablePointer<Float>
  private let keys: Int

  init(_ start: UnsafeMutablePointer<Float>, keys: Int) {
    free = start
    self.keys = keys
  }

  /// Enough for the backward pass.
  static func count(_ sizes: AttentionSizes) -> Int {
    let pieces = [
      gannet_packed_across(sizes.keys, sizes.depth),
      gannet_packed_across(sizes.keys, sizes.valueDepth),
      max(
        gannet_packed_along(sizes.keys, sizes.depth),
        gannet_packed_along(sizes.keys, sizes.valueDepth)),
      gannet_attention_scratch(),
    ]
    return pieces.reduce(0) { $0 + aligned($1) }
  }

  mutating func across(_ columns: Int) -> UnsafeMutablePointer<Float> {
    take(gannet_packed_across(keys, columns))
  }

  mutating func along(_ columns: Int) -> UnsafeMutablePointer<Float> {
    take(gannet_packed_along(keys, columns))
  }

  /// The rest, for a call of a kernel.
  func scratch() -> UnsafeMutablePointer<Float> { free }

  private mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { free += AttentionScratch.aligned(count) }
    return free
  }

  /// `count` rounded up to lines of the cache.
  private static func aligned(_ count: Int) -> Int { (count + 15) & ~15 }
}

extension DropoutMask? {
  /// The draws from element `start` on.
  fileprivate func draws(from start: Int) -> gannet_draws {
    guard let mask = self else {
      return gannet_draws(stream: gannet_stream(), first: 0, probability: 0, scale: 1)
    }
    return mask.draws(from: start)
  }
}

extension Tensor {
  /// This tensor of four axes off the tape, with the elements of each row side by side: itself where
  /// it is a view with such rows.
  fileprivate func wholeRows() -> Tensor {
    let isRowWise = strides[3] == 1 && strides[0] >= 0 && strides[1] >= 0 && strides[2] >= 0
    return isRowWise ? detached() : detached().contiguous()
  }

  /// The rows of a head from `row` on.
  fileprivate func rows(_ batch: Int, _ head: Int, from row: Int = 0) -> gannet_matrix {
    gannet_matrix(
      start: pointer + batch * strides[0] + head * strides[1] + row * strides[2], ld: strides[2])
  }
}
