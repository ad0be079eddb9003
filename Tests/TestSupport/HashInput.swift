import GannetTensor

/// The seed of the upstream gradient in tests and in the fixtures' scripts.
package let upstreamSeed: UInt32 = 999
/// The seed of the vector on which the first input's gradient is projected; the second input's is
/// the next.
package let projectionSeed: UInt32 = 500

/// A network's weights in the fixtures, for parameters of `shapes`: number k, from 0, is the sequence
/// of seed 100 + k, from -1 to 1, divided by the root of the fan-in, a bias's being its layer's.
///
/// - Parameters:
///   - gain: A factor of the weights, but not of the biases.
///   - isScale: Whether parameter k is the scale of a norm: 1 plus half of the sequence.
package func fixtureWeights(
  _ shapes: [Shape], gain: Float = 1, isScale: (Int) -> Bool = { _ in false }
) -> [Tensor] {
  var fanIn = 1
  return shapes.enumerated().map { number, shape in
    let sequence = Tensor(hash: 100 + UInt32(number), shape)
    if isScale(number) { return sequence / 2 + 1 }
    if shape.rank > 1 { fanIn = shape.dropFirst().reduce(1, *) }
    return (shape.rank > 1 ? sequence * gain : sequence) / Float(fanIn).squareRoot()
  }
}

extension Tensor {
  /// Numbers of the sequence `seed`, which Swift and the fixtures' scripts share, from `low` to `high`.
  package init(hash seed: UInt32, _ shape: Shape, low: Float = -1, high: Float = 1) {
    self = HashSequence.tensor(shape, seed: seed, low: low, high: high)
  }

  /// As `init(hash:_:)`, pushed away from 0 by 0.1, for functions that have a kink there.
  package init(hashAwayFromZero seed: UInt32, _ shape: Shape) {
    let values = Tensor(hash: seed, shape).scalars
    self.init(values.map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }, shape: shape)
  }
}
