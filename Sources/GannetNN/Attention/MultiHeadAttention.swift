import GannetTensor

/// Multi-head attention (Vaswani et al., 2017; Dive into Deep Learning, section 11.5), with the names
/// of PyTorch's `nn.MultiheadAttention`; sequences are `[N, T, E]`.
///
///     let attention = MultiHeadAttention(100, heads: 5, dropout: 0.5, hasBias: false)
///     let y = attention(x, mask: .causal)  // self-attention
///     let z = attention(x, key: memory, mask: .validLengths([3, 2]))
///
/// Queries, keys and values are projected by one matrix product in self-attention; keys and values
/// by one where both are from the same memory.
public final class MultiHeadAttention: Module {
  /// The projections of queries, keys and values, one below the other: `[(H + 2 Hkv) D, E]`.
  public let inProjWeight: Parameter
  /// `[(H + 2 Hkv) D]`, or nil in a layer without bias.
  public let inProjBias: Parameter?
  /// The projection of the joined heads, `[E, E]`.
  public let outProj: Linear
  /// The dropout of the attention weights.
  public let dropout: Dropout
  /// The number of heads H.
  public let heads: Int
  /// The number of heads of keys and values Hkv; each is shared by H / Hkv heads of queries.
  public let keyValueHeads: Int
  /// The factor of the dot products; nil for 1/√D.
  public let scale: Float?
  /// The positions by which queries and keys are rotated; nil for none.
  public let rotaryPositions: RotaryPositions?
  /// Names in the state dictionary that differ from PyTorch's.
  package let partNames: [String: String]

  /// The size D of a head.
  public var headSize: Int { outProj.weight.shape[1] / heads }

  /// Makes a layer of `size` features E.
  ///
  /// - Parameters:
  ///   - size: The number of features E.
  ///   - heads: The number of heads, which divides `size`.
  ///   - keyValueHeads: The number of heads of keys and values, which divides `heads`: fewer for
  ///     grouped-query attention (Ainslie et al., 2023). By default, as many as `heads`.
  ///   - dropout: The probability of dropping an attention weight.
  ///   - hasBias: Whether all projections have a bias; initially zeros, as in PyTorch.
  ///   - scale: The factor of the scores; by default one over the root of the size of a head.
  ///   - rotaryPositions: The positions by which queries and keys are rotated; none by default.
  ///     Keys begin at position 0, and so do queries unless a call says where.
  ///   - weightInitializer: The initializer of `inProjWeight`; Xavier's rule over all of it by
  ///     default, as in PyTorch.
  public convenience init(
    _ size: Int, heads: Int, keyValueHeads: Int? = nil, dropout: Float = 0, hasBias: Bool = true,
    scale: Float? = nil, rotaryPositions: RotaryPositions? = nil,
    weightInitializer: Initializer = .xavierUniform()
  ) {
    self.init(
      size, heads: heads, keyValueHeads: keyValueHeads, dropout: dropout, hasBias: hasBias,
      scale: scale, rotaryPositions: rotaryPositions, weightInitializer: weightInitializer,
      partNames: [:])
  }

  package init(
    _ size: Int, heads: Int, keyValueHeads: Int? = nil, dropout: Float, hasBias: Bool,
    scale: Float? = nil, rotaryPositions: RotaryPositions? = nil,
    weightInitializer: Initializer, partNames: [String: String]
  ) {
    let keyValueHeads = keyValueHeads ?? heads
    guard heads > 0, size % heads == 0, keyValueHeads > 0, heads % keyValueHeads == 0 else {
      fail(
        "MultiHeadAttention: \(size) features, \(heads) heads and \(keyValueHeads) of keys and "
          + "values; heads must divide the features, and those of keys and values the heads")
    }
    let rows = (heads + 2 * keyValueHeads) * (size / heads)
    inProjWeight = Parameter(weightInitializer([rows, size]))
    inProjBias = hasBias ? Parameter(Tensor(zeros: [rows])) : nil
    outProj = Linear(size, size, hasBias: hasBias, biasInitializer: .zeros)
    self.dropout = Dropout(dropout)
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.scale = scale
    self.rotaryPositions = rotaryPositions
    self.partNames = partNames
  }

  /// Attends from `query` to `key`.
  ///
  /// - Parameters:
  ///   - query: `[N, Q, E]`.
  ///   - key: `[N, K, E]`; by default `query`, which is self-attention.
  ///   - value: `[N, K, E]`; by default `key`.
  ///   - mask: The keys that each query may attend to; all by default.
  ///   - start: The position of the first query beside those of the keys, for rotary positions; 0 by
  ///     default.
  /// - Returns: `[N, Q, E]`.
  public func callAsFunction(
    _ query: Tensor, key: Tensor? = nil, value: Tensor? = nil, mask: AttentionMask = .none,
    from start: Int = 0
  ) -> Tensor {
    guard key != nil || value != nil else { return outProj(joined(query, mask)) }
    let (queries, memory) = projected(query, key, value, from: start)
    return outProj(joined(queries, memory, mask))
  }

  /// The result of attention together with its weights, `[N, H, Q, K]`, before dropout.
  public func withWeights(
    _ query: Tensor, key: Tensor? = nil, value: Tensor? = nil, mask: AttentionMask = .none,
    from start: Int = 0
  ) -> (output: Tensor, weights: Tensor) {
    let (queries, memory) = projected(query, key, value, from: start)
    return withWeights(queries, memory, mask)
  }

  /// The heads of queries, and of keys and values.
  private func projected(
    _ query: Tensor, _ key: Tensor?, _ value: Tensor?, from start: Int
  ) -> (queries: Tensor, memory: AttentionMemory) {
    guard let key else {
      if value == nil {
        let parts = projection(query, of: 0..<3)
        return (parts[0], AttentionMemory(keys: parts[1], values: parts[2]))
      }
      fail("MultiHeadAttention: a value without a key")
    }
    let queries = projection(query, of: 0..<1, from: start)[0]
    guard let value else { return (queries, memory(of: key)) }
    return (
      queries,
      AttentionMemory(
        keys: projection(key, of: 1..<2)[0], values: projection(value, of: 2..<3)[0])
    )
  }

  /// The heads of queries (0), keys (1) and values (2) of `x`, `[N, T, E]`, by one product.
  ///
  /// - Parameter start: The position of the first step; 0 by default.
  fileprivate func projection(
    _ x: Tensor, of kinds: Range<Int>, from start: Int = 0
  ) -> [Tensor] {
    let counts = Array([heads, keyValueHeads, keyValueHeads][kinds])
    return packedProjection(x, of: kinds, from: start).splitHeads(counts, size: headSize)
  }

  /// The same heads side by side.
  private func packedProjection(
    _ x: Tensor, of kinds: Range<Int>, from start: Int = 0
  ) -> Tensor {
    guard x.rank == 3, x.shape[2] == inProjWeight.shape[1] else {
      failShape(
        "MultiHeadAttention", x.shape, expected: "[N, T, \(inProjWeight.shape[1])]")
    }
    let counts = [heads, keyValueHeads, keyValueHeads]
    let first = counts[..<kinds.lowerBound].reduce(0, +) * headSize
    let rows = first..<first + counts[kinds].reduce(0, +) * headSize
    let product = linear(
      x, weight: inProjWeight.value.sliced(rows, along: 0),
      bias: inProjBias?.value.sliced(rows, along: 0))
    let rotated = counts[kinds.clamped(to: 0..<2)].reduce(0, +)
    guard let rotaryPositions, rotated > 0 else { return product }
    return rotaryPositions(packed: product, heads: rotated, headSize: headSize, from: start)
  }
}

extension MultiHeadAttention: NamedPartsOfInstance {}

// MARK: Decoding

extension MultiHeadAttention {
  /// The projected keys and values of `x`, `[N, K, E]`, such as an encoder's outputs, which are used
  /// for each token that is decoded.
  public func memory(of x: Tensor) -> AttentionMemory {
    let parts = projection(x, of: 1..<3)
    return AttentionMemory(keys: parts[0], values: parts[1])
  }

  /// Attends from `query`, `[N, Q, E]`, to a projected memory.
  ///
  /// - Parameters:
  ///   - query: The queries, `[N, Q, E]`.
  ///   - memory: The projected keys and values.
  ///   - mask: The keys that each query sees; all by default.
  ///   - start: The position of the first query beside those of the memory, for rotary positions; 0
  ///     by default.
  public func callAsFunction(
    _ query: Tensor, memory: AttentionMemory, mask: AttentionMask = .none, from start: Int = 0
  ) -> Tensor {
    output(projection(query, of: 0..<1, from: start)[0], memory, mask, nil)
  }

  /// The result of attention to a projected memory together with its weights, `[N, H, Q, K]`.
  public func withWeights(
    _ query: Tensor, memory: AttentionMemory, mask: AttentionMask = .none, from start: Int = 0
  ) -> (output: Tensor, weights: Tensor) {
    withWeights(projection(query, of: 0..<1, from: start)[0], memory, mask)
  }

  /// Self-attention of new tokens, `[N, T, E]`, to those in `cache` and to themselves, which are
  /// added to it.
  ///
  /// - Parameters:
  ///   - x: The new tokens, `[N, T, E]`.
  ///   - cache: The keys and values of the tokens before, to which those of `x` are added.
  ///   - mask: The mask over all keys, those of the cache first; causal by default.
  public func callAsFunction(
    _ x: Tensor, cache: inout KeyValueCache, mask: AttentionMask = .causal
  ) -> Tensor {
    self(x, cache: &cache, mask: mask, followedBy: nil)
  }

  /// The result of self-attention with a cache together with its weights, `[N, H, T, K]`.
  public func withWeights(
    _ x: Tensor, cache: inout KeyValueCache, mask: AttentionMask = .causal
  ) -> (output: Tensor, weights: Tensor) {
    let (queries, memory) = projected(x, &cache)
    return withWeights(queries, memory, mask)
  }

  private func projected(
    _ x: Tensor, _ cache: inout KeyValueCache
  ) -> (queries: Tensor, memory: AttentionMemory) {
    let parts = projection(x, of: 0..<3, from: cache.position)
    return (parts[0], cache.append(AttentionMemory(keys: parts[1], values: parts[2])))
  }
}

// MARK: In Transformer layers

extension MultiHeadAttention {
  /// Self-attention, with dropout in the pass over the result.
  func callAsFunction(_ x: Tensor, mask: AttentionMask, followedBy dropout: Dropout?) -> Tensor {
    outProj(joined(x, mask), followedBy: Epilogue(dropout: dropout))
  }

  /// Self-attention with a cache, with dropout in the pass over the result.
  func callAsFunction(
    _ x: Tensor, cache: inout KeyValueCache, mask: AttentionMask, followedBy dropout: Dropout?
  ) -> Tensor {
    let (queries, memory) = projected(x, &cache)
    return output(queries, memory, mask, dropout)
  }

  /// Attention to a projected memory, with dropout in the pass over the result.
  func callAsFunction(
    _ query: Tensor, memory: AttentionMemory, mask: AttentionMask, followedBy dropout: Dropout?
  ) -> Tensor {
    output(projection(query, of: 0..<1)[0], memory, mask, dropout)
  }

  private func output(
    _ queries: Tensor, _ memory: AttentionMemory, _ mask: AttentionMask, _ dropout: Dropout?
  ) -> Tensor {
    outProj(joined(queries, memory, mask), followedBy: Epilogue(dropout: dropout))
  }

  /// The joined heads of self-attention, `[N, T, E]`, whose projections get one gradient.
  private func joined(_ x: Tensor, _ mask: AttentionMask) -> Tensor {
    let packed = packedProjection(x, of: 0..<3)
    let (count, length) = (packed.shape[0] * heads, packed.shape[1])
    return scaledDotProductAttention(
      packed: packed, heads: heads, keyHeads: keyValueHeads, mask: mask, scale: scale,
      dropout: dropout.mask(count: count * length * length))
  }

  /// The joined heads of the result, `[N, Q, E]`.
  private func joined(
    _ queries: Tensor, _ memory: AttentionMemory, _ mask: AttentionMask
  ) -> Tensor {
    merged(
      scaledDotProductAttention(
        query: queries, key: memory.keys, value: memory.values, mask: mask, scale: scale,
        dropout: dropoutMask(queries, memory)))
  }

  private func withWeights(
    _ queries: Tensor, _ memory: AttentionMemory, _ mask: AttentionMask
  ) -> (output: Tensor, weights: Tensor) {
    let (result, weights) = scaledDotProductAttentionWithWeights(
      query: queries, key: memory.keys, value: memory.values, mask: mask, scale: scale,
      dropout: dropoutMask(queries, memory))
    return (outProj(merged(result)), weights)
  }

  /// `[N, H, Q, D]` to `[N, Q, E]`, without a copy: the memory of an attention's result has this order.
  private func merged(_ heads: Tensor) -> Tensor { heads.transposed(1, 2).flattened(from: 2) }

  private func dropoutMask(_ queries: Tensor, _ memory: AttentionMemory) -> DropoutMask? {
    dropout.mask(count: queries.shape.dropLast().reduce(1, *) * memory.keys.shape[2])
  }
}
