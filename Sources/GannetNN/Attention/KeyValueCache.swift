import GannetTensor

/// The keys and values of the tokens that a layer of self-attention has read, for decoding: each new
/// token attends to them, and only its own are computed.
///
/// A value, whose copies are independent. The newest copy grows in place.
public struct KeyValueCache {
  private var keys = GrowingTensor(along: 2)
  private var values = GrowingTensor(along: 2)

  /// An empty cache.
  public init() {}

  /// The number of tokens.
  public var count: Int { keys.count }

  /// The position of the next token: the number of those that have been read, also of those that are
  /// forgotten.
  public private(set) var position = 0

  /// Appends the heads of new tokens.
  ///
  /// - Parameter heads: Keys and values, `[N, H, T, D]`.
  /// - Returns: The keys and values of all tokens.
  mutating func append(_ heads: AttentionMemory) -> AttentionMemory {
    position += heads.keys.shape[2]
    keys.append(heads.keys)
    values.append(heads.values)
    return AttentionMemory(keys: keys.value!, values: values.value!)
  }

  /// Forgets all but the last `count` tokens.
  public mutating func keepLast(_ count: Int) {
    keys.keepLast(count)
    values.keepLast(count)
  }

  /// The cache of the sequences at `rows`, as a beam search keeps them.
  public func selectingBatch(_ rows: IntTensor) -> KeyValueCache {
    var result = self
    result.keys = keys.slices(at: rows, along: 0)
    result.values = values.slices(at: rows, along: 0)
    return result
  }
}

/// The keys and values of a memory by heads, `[N, H, K, D]`, such as those of an encoder's outputs;
/// made by ``MultiHeadAttention/memory(of:)``.
public struct AttentionMemory {
  /// `[N, H, K, D]`.
  public let keys: Tensor
  /// `[N, H, K, D]`.
  public let values: Tensor

  /// The memory of the sequences at `rows`.
  public func selectingBatch(_ rows: IntTensor) -> AttentionMemory {
    AttentionMemory(
      keys: keys.slices(at: rows, along: 0), values: values.slices(at: rows, along: 0))
  }
}
