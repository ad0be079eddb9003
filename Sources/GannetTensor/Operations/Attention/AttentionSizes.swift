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

extension Tensor {
  /// An uninitialized tensor `[B, H, N, D]` that is `[B, N, H, D]` in memory, so that its heads can be
  /// merged without a copy.
  init(heads: Int, _ batch: Int, _ rows: Int, _ depth: Int) {
    self = Tensor(uninitialized: [batch, rows, heads, depth]).transposed(1, 2)
  }
}

/// Queries, keys and values of one product, `[B, T, (H + 2 Hkv) · D]`.
struct PackedHeads {
  private let shape: Shape
  private let heads: Int
  private let keyHeads: Int

  /// Stops unless the heads share the last axis of `shape`.
  init(_ operation: StaticString, _ shape: Shape, _ heads: Int, _ keyHeads: Int) {
    guard shape.rank == 3, heads > 0, keyHeads > 0, heads % keyHeads == 0,
      shape[2] % (heads + 2 * keyHeads) == 0
    else {
      failShape(
        operation, shape,
        expected: "[B, T, (H + 2 Hkv) D] for \(heads) heads and \(keyHeads) of keys")
    }
    (self.shape, self.heads, self.keyHeads) = (shape, heads, keyHeads)
  }

  private var depth: Int { shape[2] / (heads + 2 * keyHeads) }

  /// `[B, T, H · D]`.
  var merged: Shape { [shape[0], shape[1], heads * depth] }

  /// Views of the queries, `[B, H, T, D]`, the keys and the values, `[B, Hkv, T, D]`.
  func split(_ packed: Tensor) -> (Tensor, Tensor, Tensor) {
    let all = packed.reshaped(to: [shape[0], shape[1], heads + 2 * keyHeads, depth])
      .transposed(1, 2)
    let parts = all.split(sizes: [heads, keyHeads, keyHeads], along: 1)
    return (parts[0], parts[1], parts[2])
  }
}
