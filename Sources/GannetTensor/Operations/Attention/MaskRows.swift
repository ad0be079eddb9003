import CGannetKernels

/// A mask for scores `[B, H, Q, K]`, as kernels read it: how many of the first keys a query sees,
/// and what is added to its scores.
struct MaskRows {
  /// The numbers of visible keys, `[B, Q]`; nil where each query sees all.
  private let limits: [Int32]?
  /// Added to the scores, -∞ where a key is hidden: broadcasts to `[B, H, Q, K]`, with whole rows.
  private let bias: Tensor?
  private let batchStride: Int
  private let headStride: Int
  private let rowStride: Int
  private let queries: Int

  /// Resolves `mask`; stops where it does not fit scores of `shape`, `[B, H, Q, K]` or without some
  /// of the first axes.
  init(_ operation: StaticString, _ mask: AttentionMask, for shape: Shape) {
    let whole = shape.asScores
    queries = whole[2]
    limits = MaskRows.limits(operation, mask, whole, shape)
    let bias = MaskRows.bias(operation, mask, shape)
    let strides = (0..<3).map { bias?.stride(alignedTo: $0, of: whole) ?? 0 }
    (batchStride, headStride, rowStride) = (strides[0], strides[1], strides[2])
    self.bias = bias
  }

  /// Calls `body` with a function from an example, a head and a query to the mask's rows from there
  /// on, which are valid meanwhile.
  func withRows(_ body: ((_ batch: Int, _ head: Int, _ query: Int) -> gannet_mask) -> Void) {
    func call(_ limits: UnsafePointer<Int32>?) {
      withExtendedLifetime(bias) {
        let start = bias.map { UnsafePointer($0.pointer) }
        body { batch, head, query in
          gannet_mask(
            limits: limits.map { $0 + batch * queries + query },
            bias: start.map {
              $0 + batch * batchStride + head * headStride + query * rowStride
            }, ld: rowStride)
        }
      }
    }
    guard let limits else { return call(nil) }
    limits.withUnsafeBufferPointer { call($0.baseAddress) }
  }

  static func limits(
    _ operation: StaticString, _ mask: AttentionMask, _ whole: Shape, _ shape: Shape
  ) -> [Int32]? {
    guard mask.isCausal || !mask.lengths.isEmpty else { return nil }
    let (batch, queries, keys) = (whole[0], whole[2], whole[3])
    if !mask.isCausal, mask.lengths.count == 1, case .ofRows(let limits) = mask.lengths[0],
      limits.count == batch * queries
    {
      return limits
    }
    var limits = [Int32](repeating: Int32(keys), count: batch * queries)
    func limit(_ place: Int, _ length: Int) {
      guard length >= 0, length <= keys else {
        fail("\(operation): a valid length of \(length) for \(keys) keys, scores of shape \(shape)")
      }
      limits[place] = min(limits[place], Int32(length))
    }
    for lengths in mask.lengths {
      switch lengths {
      case .ofExamples(let lengths):
        guard lengths.count == batch else {
          fail("\(operation): \(lengths.count) valid lengths for scores of shape \(shape)")
        }
        for place in limits.indices { limit(place, Int(lengths.scalars[place / queries])) }
      case .ofQueries(let lengths):
        guard lengths.count == batch, lengths.allSatisfy({ $0.count == queries }) else {
          let counts = Set(lengths.map(\.count)).sorted().map(String.init).joined(separator: ", ")
          fail(
            "\(operation): valid lengths of \(lengths.count) examples with \(counts) queries for "
              + "scores of shape \(shape)")
        }
        for place in limits.indices { limit(place, lengths[place / queries][place % queries]) }
      case .ofRows(let lengths):
        guard lengths.count == batch * queries else {
          fail("\(operation): \(lengths.count) valid lengths for scores of shape \(shape)")
        }
        for place in limits.indices { limit(place, Int(lengths[place])) }
      }
    }
    if mask.isCausal {
      for place in limits.indices {
        let visible = place % queries + 1 + keys - queries
        limits[place] = min(limits[place], Int32(max(0, visible)))
      }
    }
    return limits
  }

  static func bias(
    _ operation: StaticString, _ mask: AttentionMask, _ shape: Shape
  ) -> Tensor? {
    let hidden = mask.allowed.map { allowed in
      Tensor(zeros: allowed.shape).replacing(with: -.infinity, where: allowed.detached() .== 0)
    }
    let addends = mask.biases.map { $0.detached() } + hidden
    for addend in addends where addend.shape.broadcast(with: shape) != shape {
      fail("\(operation): a mask of shape \(addend.shape) for scores of shape \(shape)")
    }
    guard let first = addends.first else { return nil }
    let sum = addends.dropFirst().reduce(first) { $0 + $1 }
    // Rows that are stored once for several queries stay so, but each is whole.
    let rows = sum.rank == 0 ? sum.reshaped(to: [1]) : sum
    let keys = shape.last!
    let own = rows.expanded(to: rows.shape.replacing(rows.rank - 1, with: keys)).contiguous()
    switch shape.rank {
    case 2, 4: return own
    case 3: return own.rank < 3 ? own : own.unsqueezed(at: 1)
    default: return own.expanded(to: shape).contiguous().reshaped(to: Array(shape.asScores))
    }
  }
}

extension Shape {
  /// The shape `[B, H, Q, K]` of scores of this shape, at least `[Q, K]`: the first axis is B, those
  /// before the last two are H.
  var asScores: Shape {
    let middle = self.dropLast(2).dropFirst().reduce(1, *)
    return [rank > 2 ? self[0] : 1, middle, self[rank - 2], self[rank - 1]]
  }
}
