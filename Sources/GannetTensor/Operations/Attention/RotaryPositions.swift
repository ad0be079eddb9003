import CGannetKernels

/// The features of a vector that rotary positions rotate together.
public enum RotaryPairing: Hashable, Sendable {
  /// Features 2j and 2j + 1, as in the paper, in GPT-J and in RoFormer.
  case interleaved
  /// Features j and j + R/2 of R, as in Hugging Face's Llama and GPT-NeoX, whose `rotate_half` does it.
  case halves
}

/// Rotary positions: rotates each pair of features by an angle that grows with the position, so that
/// the product of a query and a key depends on the difference of their positions alone (Su et al.,
/// 2021).
///
///     let scores = matmul(rotaryPositions(query), rotaryPositions(key), transposingB: true)
///
/// Pair j of the vector at position p turns by p · base^(-2j/R). Angles are computed in double
/// precision.
///
/// - Parameters:
///   - x: `[..., T, D]`; step t is at position `start` + t.
///   - start: The position of the first step, such as the number of tokens in a cache; 0 by default.
///   - size: The number of features R that are rotated, the first ones, an even number; D by default.
///   - base: The base of the angles; 10,000 by default.
///   - pairing: The features that are rotated together; neighbours by default.
/// - Returns: The shape of `x`.
public func rotaryPositions(
  _ x: consuming Tensor, from start: Int = 0, size: Int? = nil, base: Float = 10_000,
  pairing: RotaryPairing = .interleaved
) -> Tensor {
  if let trace = Trace.current {
    let operation = RotaryOperation(
      packed: nil, start: start, size: size, base: base, pairing: pairing)
    return trace.record(operation, [copy x])
  }
  guard x.rank >= 2 else { failShape("rotaryPositions", x.shape, expected: "[..., T, D]") }
  let (steps, depth) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  let rotation = Rotation(
    steps: steps, from: start, size: size, base: base, pairing: pairing, heads: 1, depth: depth)
  return rotation.rotated(x)
}

/// Rotary positions of the first `heads` heads of a product for queries, keys and values, `[B, T,
/// (heads + ...) · D]`, each as by ``rotaryPositions(_:from:size:base:pairing:)``; the other heads stay
/// as they are.
public func rotaryPositions(
  packed x: consuming Tensor, heads: Int, headSize: Int, from start: Int = 0, size: Int? = nil,
  base: Float = 10_000, pairing: RotaryPairing = .interleaved
) -> Tensor {
  if let trace = Trace.current {
    let operation = RotaryOperation(
      packed: (heads, headSize), start: start, size: size, base: base, pairing: pairing)
    return trace.record(operation, [copy x])
  }
  guard x.rank == 3, heads > 0, headSize > 0, x.shape[2] % headSize == 0,
    heads * headSize <= x.shape[2]
  else {
    failShape(
      "rotaryPositions", x.shape, expected: "[B, T, H · \(headSize)] with \(heads) heads or more")
  }
  let rotation = Rotation(
    steps: x.shape[1], from: start, size: size, base: base, pairing: pairing, heads: heads,
    depth: headSize)
  return rotation.rotated(x)
}

/// The rotations of rows, of which row i is at step i of `steps`, and again from the first.
private struct Rotation {
  let steps: Int
  /// The heads at the beginning of a row that are rotated, and the features of each.
  let heads: Int
  let depth: Int
  let pairing: RotaryPairing
  /// 1, or -1 for the inverse.
  var direction: Float = 1
  /// The cosines and sines of each step's angles, `[T, R]`.
  let table: Tensor

  init(
    steps: Int, from start: Int, size: Int?, base: Float, pairing: RotaryPairing, heads: Int,
    depth: Int
  ) {
    let size = size ?? depth
    guard size > 0, size.isMultiple(of: 2), size <= depth else {
      fail("rotaryPositions: \(size) of \(depth) features, expected an even number of them")
    }
    guard start >= 0, base > 0 else {
      fail("rotaryPositions: from position \(start) with the base \(base), expected 0 or more")
    }
    self.steps = steps
    self.heads = heads
    self.depth = depth
    self.pairing = pairing
    table = Tensor(uninitialized: [steps, size])
    let to = table.pointer
    ThreadPool.shared.forEach(steps, by: max(1, 2 * Tuning.rotaryAngles / size)) { range in
      gannet_rotary_table(
        Double(base), start + range.lowerBound, range.count, size / 2, to + range.lowerBound * size)
    }
  }

  /// The opposite rotations.
  private var inverse: Rotation {
    var result = self
    result.direction = -direction
    return result
  }

  /// `x`, rotated in place if its storage is not shared. The gradient is rotated back.
  func rotated(_ x: consuming Tensor) -> Tensor {
    let node = x.node
    var y = x.contiguous()
    y.node = nil
    y.prepareToWrite()
    let (count, width, size) = (y.count, y.shape.last!, table.shape[1])
    let (to, angles) = (y.pointer, table.pointer)
    if count > 0 {
      ThreadPool.shared.forEach(count / width, by: max(1, elementwiseChunk / width)) { range in
        for row in range {
          gannet_rotate_pairs(
            to + row * width, angles + row % steps * size, direction, pairing == .interleaved,
            heads, depth, size / 2)
        }
      }
    }
    return withExtendedLifetime(self) {
      y.recorded("rotaryPositions", [node]) { gradient in [inverse.rotated(gradient)] }
    }
  }
}
