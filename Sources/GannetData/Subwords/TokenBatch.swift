import GannetTensor

/// Tokenized texts as a model's input: rows of token indices, padded at their ends to the longest.
public struct TokenBatch {
  /// The token indices, `[N, T]`.
  public let indices: IntTensor
  /// The number of tokens of each text, N numbers, without the padding.
  public let lengths: [Int]

  /// Pads rows of token indices with `padding`. Stops where there are no rows, or none has a token.
  public init(_ rows: [[Int]], padding: Int) {
    lengths = rows.map(\.count)
    guard let longest = lengths.max(), longest > 0 else { fail("TokenBatch: no tokens") }
    indices = IntTensor(
      rows.flatMap {
        $0.map { Int32($0) } + Array(repeating: Int32(padding), count: longest - $0.count)
      },
      shape: [rows.count, longest])
  }

  /// The number of texts, N.
  public var count: Int { lengths.count }

  /// 1 for tokens and 0 for padding, `[N, T]`.
  public var mask: Tensor {
    let longest = indices.shape[1]
    return Tensor(
      lengths.flatMap { length in (0..<longest).map { $0 < length ? 1 : 0 } },
      shape: indices.shape)
  }
}
