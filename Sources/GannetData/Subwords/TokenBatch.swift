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
    if let types, types.map(\.count) != lengths {
      fail("TokenBatch: \(types.map(\.count)) types for \(lengths) tokens")
    }
    indices = Self.padded(rows, to: longest, by: padding)
    self.types = types.map { Self.padded($0, to: longest, by: 0) }
  }

  private static func padded(_ rows: [[Int]], to length: Int, by padding: Int) -> IntTensor {
    var scalars: [Int32] = []
    scalars.reserveCapacity(rows.count * length)
    for row in rows {
      scalars += row.map { Int32($0) }
      scalars += Array(repeating: Int32(padding), count: length - row.count)
    }
    return IntTensor(scalars, shape: [rows.count, length])
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
