#if ONNX
import GannetTensor

extension Operator {
  static let attention: [String: Operator] = [
    // Inputs: query, key, value, mask, past key, past value, numbers of keys without padding.
    "Attention": Operator(3...7) { node in
      let attention = try AttentionNode(node)
      return { try attention($0) }
    },
    // Inputs: x, cosines and sines of half the features, positions.
    "RotaryEmbedding": Operator(3...4) { node in
      let heads = try node.int("num_heads")
      let isInterleaved = try node.bool("interleaved")
      let rotated = try node.int("rotary_embedding_dim")
      return { x in
        let input = try x.heads(0, count: heads)
        let depth = input.shape[3]
        let size = rotated == 0 ? depth : rotated
        try x.require(
          size > 0 && size <= depth && size % 2 == 0, "an even number of features, not \(size)")
        let (cosines, sines) = (
          try x.angles(1, input.shape, size / 2), try x.angles(2, input.shape, size / 2)
        )
        let part = input.sliced(0..<size, along: 3)
        let pairs = part.shape.dropLast() + (isInterleaved ? [size / 2, 2] : [2, size / 2])
        let sides = part.reshaped(to: pairs).unstacked(along: isInterleaved ? 4 : 3)
        let turned = [
          sides[0] * cosines - sides[1] * sines, sides[1] * cosines + sides[0] * sines,
        ]
        let result = stack(turned, along: isInterleaved ? 4 : 3).reshaped(to: part.shape)
        let whole =
          size == depth
          ? result : concatenate([result, input.sliced(size..<depth, along: 3)], along: 3)
        guard x.rank(0) == 3 else { return [.tensor(whole)] }
        return [.tensor(whole.transposed(1, 2).reshaped(to: x.shape(0)))]
      }
    },
  ]
}

/// Scaled dot-product attention with its masks, its cache and its scores, as the operator has them.
private struct AttentionNode {
  private let queryHeads: Int
  private let keyHeads: Int
  private let scale: Float?
  private let softcap: Float
  private let isCausal: Bool
  /// The most positions before and behind its own that a query sees; all where negative.
  private let window: (left: Int, right: Int)
  /// Whether the mask hides keys, and is not added to the scores.
  private let maskHides: Bool
  /// Which scores are the fourth result; nil where nothing reads it.
  private let scores: Int?

  init(_ node: ImportedNode) throws {
    (queryHeads, keyHeads) = (try node.int("q_num_heads"), try node.int("kv_num_heads"))
    scale = node.has("scale") ? try node.float("scale", 1) : nil
    softcap = try node.float("softcap", 0)
    isCausal = try node.bool("is_causal")
    window = (try node.int("left_window_size", -1), try node.int("right_window_size", -1))
    maskHides = node.isTruth(input: 3)
    let mode = try node.int("qk_matmul_output_mode")
    guard (0...3).contains(mode) else { throw node.fault("has qk_matmul_output_mode = \(mode)") }
    scores = node.outputs.count > 3 ? mode : nil
  }

  func callAsFunction(_ x: NodeInputs) throws -> [GraphValue] {
    let query = try x.heads(0, count: queryHeads)
    let (key, value) = (try joined(x, 1, past: 4), try joined(x, 2, past: 5))
    let (q, k, v) = (query.shape, key.shape, value.shape)
    try x.require(
      q[0] == k[0] && q[0] == v[0] && q[3] == k[3] && k[1] == v[1] && k[2] == v[2]
        && q[1] % k[1] == 0, "queries, keys and values that fit")
    _ = try x.shape([q[0], q[1], q[2], v[3]])
    let sight = try sight(x, [q[0], q[1], q[2], k[2]])
    let factor = scale ?? 1 / Float(q[3]).squareRoot()
    var results: [Tensor]
    if softcap > 0 || scores != nil {
      _ = try x.shape([q[0], q[1], q[2], k[2]])
      results = byScores(query, key, value, sight, factor)
    } else {
      let y = scaledDotProductAttention(
        query: query, key: key, value: value, mask: sight.mask, scale: factor)
      results = [sight.blanking(y), key, value]
    }
    if x.rank(0) == 3 {
      results[0] = results[0].transposed(1, 2).reshaped(to: [q[0], q[2], q[1] * v[3]])
    }
    return results.map { .tensor($0) }
  }

  /// The keys or values of the cache and of input `index`, `[B, Hkv, K, D]`.
  private func joined(_ x: NodeInputs, _ index: Int, past: Int) throws -> Tensor {
    let new = try x.heads(index, count: keyHeads)
    guard let cache = x.optionalTensor(past) else { return new }
    try x.require(
      cache.rank == 4 && cache.shape[0] == new.shape[0] && cache.shape[1] == new.shape[1]
        && cache.shape[3] == new.shape[3], "a cache of the same heads")
    _ = try x.shape(
      [new.shape[0], new.shape[1], cache.shape[2] + new.shape[2], new.shape[3]])
    return concatenate([cache, new], along: 2)
  }

  /// The output, the cache and the scores that are asked for, with all of the scores in memory.
  private func byScores(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ sight: Sight, _ factor: Float
  ) -> [Tensor] {
    let (q, k) = (query.shape, key.shape)
    // The queries of all heads that share keys are the rows of one matrix.
    func grouped(_ x: Tensor) -> Tensor {
      x.reshaped(to: [q[0], k[1], q[1] / k[1] * q[2], x.shape[3]])
    }
    func perHead(_ x: Tensor) -> Tensor { x.reshaped(to: [q[0], q[1], q[2], x.shape[3]]) }
    let raw = perHead(matmul(grouped(query), key, transposingB: true)) * factor
    let capped = softcap > 0 ? tanh(raw / softcap) * softcap : raw
    let weights = sight.blanking(maskedSoftmax(capped, sight.mask))
    let y = perHead(matmul(grouped(weights), value))
    switch scores {
    case 0: return [y, key, value, raw]
    case 1: return [y, key, value, capped]
    case 2: return [y, key, value, sight.masking(capped)]
    case 3: return [y, key, value, weights]
    default: return [y, key, value]
    }
  }

  /// The keys that each query may attend to, for scores of `shape`, `[B, H, Q, K]`.
  private func sight(_ x: NodeInputs, _ shape: [Int]) throws -> Sight {
    let (batch, queries, keys) = (shape[0], shape[2], shape[3])
    let cached = x.optional(4)?.shape[2]
    var sight = Sight()
    if let mask = x.optionalTensor(3) {
      let whole = Shape(shape)
      var own = Array(repeating: 1, count: max(0, 4 - mask.rank)) + mask.shape
      try x.require(own.count == 4, "a mask of at most four axes")
      var four = mask.reshaped(to: own)
      if (2..<keys).contains(own[3]) {
        four = four.padded(
          before: [0, 0, 0, 0], after: [0, 0, 0, keys - own[3]], with: maskHides ? 0 : -.infinity)
        own[3] = keys
      }
      try x.require(
        Shape(own).broadcast(with: whole) == whole, "a mask that broadcasts to \(whole)")
      sight = maskHides ? Sight(allowed: four .!= 0) : Sight(bias: four)
    }
    var lengths: [Int]?
    if x.optional(6) != nil {
      let listed = try x.sizes(6)
      try x.require(
        x.shape(6) == [batch] && cached == nil && listed.allSatisfy { (0...keys).contains($0) },
        "numbers of at most \(keys) keys, without a cache")
      lengths = listed
    }
    guard isCausal || window.left >= 0 || window.right >= 0 || lengths != nil else { return sight }
    let first = cached ?? 0
    if isCausal, max(window.left, window.right) < 0, lengths == nil, sight.isEmpty,
      first == keys - queries
    {
      sight.isCausal = true
      return sight
    }
    let offsets = lengths?.map { $0 - queries } ?? [first]
    let table = try x.shape([offsets.count, 1, queries, keys])
    let visible = offsets.indices.flatMap { example in
      (0..<queries).flatMap { query -> [Float] in
        let place = offsets[example] + query
        let start = window.left < 0 ? 0 : place - min(window.left, keys)
        let ahead = isCausal ? 0 : window.right
        let end = min(lengths?[example] ?? keys, ahead < 0 ? keys : place + 1 + min(ahead, keys))
        return (0..<keys).map { $0 >= start && $0 < end ? 1 : 0 }
      }
    }
    let mask = Tensor(visible, shape: table)
    sight.allowed = sight.allowed.map { $0 * mask } ?? mask
    return sight
  }
}

/// The mask of an attention: the keys that each query may attend to. A query without one gives 0.
private struct Sight {
  /// 1 where a key is seen, 0 elsewhere, which broadcasts to `[B, H, Q, K]`; nil where all are.
  var allowed: Tensor?
  /// Added to the scores; -∞ hides a key.
  var bias: Tensor?
  /// Whether each query sees the keys up to its own, and at least one.
  var isCausal = false

  var isEmpty: Bool { allowed == nil && bias == nil && !isCausal }

  var mask: AttentionMask {
    (isCausal ? AttentionMask.causal : .none)
      .and(allowed.map { .allowed($0) } ?? .none).and(bias.map { .bias($0) } ?? .none)
  }

  /// `scores` with the bias, and -∞ where a key is hidden.
  func masking(_ scores: Tensor) -> Tensor {
    var result = bias.map { scores + $0 } ?? scores
    if isCausal {
      let (queries, keys) = (scores.shape[2], scores.shape[3])
      let triangle = Tensor(ones: [queries, keys]).lowerTriangle(offset: keys - queries)
      result = result.replacing(with: Tensor(-.infinity), where: triangle .== 0)
    }
    return allowed.map { result.replacing(with: Tensor(-.infinity), where: $0 .== 0) } ?? result
  }

  /// `x`, `[B, H, Q, ...]`, with 0 for queries that see no key.
  func blanking(_ x: Tensor) -> Tensor {
    let parts = [allowed, bias.map { $0.detached() .> -.infinity }].compactMap { $0 }
    guard let first = parts.first else { return x }
    let visible = parts.dropFirst().reduce(first) { $0 * $1 }
    let sees = visible.max(along: [3], keepingAxes: true)
    return x.replacing(with: Tensor(0), where: sees .== 0)
  }
}

extension NodeInputs {
  /// Input `index`, `[B, H, T, D]`, or `[B, T, H · D]` with `count` heads, as heads `[B, H, T, D]`.
  fileprivate func heads(_ index: Int, count: Int) throws -> Tensor {
    let shape = shape(index)
    try require(!shape.contains(0), "elements")
    if shape.rank == 4 { return self[index] }
    try require(
      shape.rank == 3 && count > 0 && shape[2] % count == 0, "features of \(count) heads")
    return self[index].reshaped(to: [shape[0], shape[1], count, shape[2] / count])
      .transposed(1, 2)
  }

  /// The cosines or sines of input `index`, for heads of `shape`, `[B, H, T, D]`: `[B, 1, T, R/2]`.
  fileprivate func angles(_ index: Int, _ shape: Shape, _ half: Int) throws -> Tensor {
    let steps: Shape = [shape[0], shape[2], half]
    guard optional(3) != nil else {
      try require(self.shape(index) == steps, "angles of shape \(steps)")
      return self[index].unsqueezed(at: 1)
    }
    try require(
      rank(index) == 2 && self.shape(index)[1] == half, "a table of \(half) angles a position")
    try require(self.shape(3) == [shape[0], shape[2]], "a position of each step")
    let places = try places(3, of: self.shape(index)[0])
    return self[index].rows(at: places).unsqueezed(at: 1)
  }
}
#endif
