import GannetTensor

/// Tokenized texts as a model's input: rows of token indices, padded at their ends to the longest.
public struct TokenBatch {
  /// The token indices, `[N, T]`.
  public let indices: IntTensor
  /// The number of tokens of each row, N numbers, without the padding.
  public let lengths: [Int]
  /// The types of the tokens, `[N, T]`: 0 in the first and 1 in the second of two texts, 0 in the
  /// padding; nil where rows have one text.
  public let types: IntTensor?

  /// Pads rows of token indices with `padding`, and their types, if any, with 0. Stops where there are
  /// no rows, none has a token, or the types are not as many.
  public init(_ rows: [[Int]], types: [[Int]]? = nil, padding: Int) {
    lengths = rows.map(\.count)
    guard let longest = lengths.max(), longest > 0 else { fail("TokenBatch: no tokens") }
    guard types == nil || types!.map(\.count) == lengths else {
      fail("TokenBatch: \(types!.map(\.count)) types for \(lengths) tokens")
    }
    func padded(_ rows: [[Int]], _ padding: Int) -> IntTensor {
      IntTensor(
        rows.flatMap {
          $0.map { Int32($0) } + Array(repeating: Int32(padding), count: longest - $0.count)
        },
        shape: [rows.count, longest])
    }
    indices = padded(rows, padding)
    self.types = types.map { padded($0, 0) }
  }

  /// The number of rows, N.
  public var count: Int { lengths.count }

  /// 1 for tokens and 0 for padding, `[N, T]`.
  public var mask: Tensor {
    let longest = indices.shape[1]
    return Tensor(
      lengths.flatMap { length in (0..<longest).map { $0 < length ? 1 : 0 } },
      shape: indices.shape)
  }
}
