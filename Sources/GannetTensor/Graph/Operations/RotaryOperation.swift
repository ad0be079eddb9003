/// Rotary positions of `[..., T, D]`, or of the first heads of a product `[B, T, (H + ...) D]`.
package struct RotaryOperation: TensorOperation {
  /// The heads that are rotated, and their size; nil for all of `[..., T, D]`.
  let packed: (heads: Int, size: Int)?
  let start: Int
  let size: Int?
  let base: Float
  let pairing: RotaryPairing

  package var name: String { "rotaryPositions" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    var inputs = inputs
    return rotated(inputs.take(0))
  }

  private func rotated(_ x: consuming Tensor) -> Tensor {
    guard let packed else {
      return rotaryPositions(x, from: start, size: size, base: base, pairing: pairing)
    }
    return rotaryPositions(
      packed: x, heads: packed.heads, headSize: packed.size, from: start, size: size, base: base,
      pairing: pairing)
  }

  /// The rotation of vectors x of `width` features at `steps` positions as x · cosines + x[partners] ·
  /// sines, with tables `[T, width]`.
  package func tables(
    steps: Int, width: Int
  ) -> (cosines: Tensor, sines: Tensor, partners: [Int]) {
    let depth = packed?.size ?? width
    let rotatedCount = size ?? depth
    let half = rotatedCount / 2
    var partners = Array(0..<width)
    for head in 0..<(packed?.heads ?? 1) {
      for pair in 0..<half {
        let (a, b) = pairing == .halves ? (pair, pair + half) : (2 * pair, 2 * pair + 1)
        (partners[head * depth + a], partners[head * depth + b]) = (
          head * depth + b, head * depth + a
        )
      }
    }
    // A vector of ones turns into cos - sin and cos + sin; one of the firsts of pairs alone shows both.
    let isFirst = (0..<width).map { partners[$0] > $0 ? Float(1) : 0 }
    let firsts = rotated(Tensor(isFirst).expanded(to: [1, steps, width])).reshaped(to: [steps, -1])
    let isSecond = (0..<width).map { partners[$0] < $0 ? Float(1) : 0 }
    let seconds = rotated(Tensor(isSecond).expanded(to: [1, steps, width]))
      .reshaped(to: [steps, -1])
    let (first, second) = (Tensor(isFirst), Tensor(isSecond))
    let resting = Tensor((0..<width).map { partners[$0] == $0 ? Float(1) : 0 })
    return (
      firsts * first + seconds * second + resting, firsts * second + seconds * first, partners
    )
  }
}
