import GannetTensor

/// The inputs of tests: an integer hash written alike here and in the scripts that make the fixtures,
/// so that only outputs need to be stored.
package enum HashInput {
  /// Number `index` of the sequence `seed`, uniform in [0, 1), a multiple of 2^-24.
  package static func uniform(seed: UInt32, index: Int) -> Float {
    var h = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 &+ seed
    h ^= h >> 16
    h &*= 0x7FEB_352D
    h ^= h >> 15
    h &*= 0x846C_A68B
    h ^= h >> 16
    return Float(h >> 8) * 0x1p-24
  }

  /// The seed of the gradient that tests send into an operation's result.
  package static let upstreamSeed: UInt32 = 999
}

extension Tensor {
  /// Element i is `low` + (`high` - `low`) · uniform(`seed`, i).
  package init(hash seed: UInt32, _ shape: Shape, low: Float = -1, high: Float = 1) {
    let span = Float(Double(high) - Double(low))
    self.init(shape: shape) { buffer in
      for index in buffer.indices {
        buffer[index] = low + span * HashInput.uniform(seed: seed, index: index)
      }
    }
  }

  /// As `init(hash:_:)`, pushed away from 0 by 0.1, for functions that have a kink there.
  package init(hashAwayFromZero seed: UInt32, _ shape: Shape) {
    let values = Tensor(hash: seed, shape).scalars
    self.init(values.map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }, shape: shape)
  }
}

extension IntTensor {
  /// Element i is floor(`limit` · uniform(`seed`, i)).
  package init(hash seed: UInt32, _ shape: Shape, below limit: Int) {
    self.init(
      (0..<shape.elementCount).map {
        Int32((Float(limit) * HashInput.uniform(seed: seed, index: $0)).rounded(.down))
      }, shape: shape)
  }
}
