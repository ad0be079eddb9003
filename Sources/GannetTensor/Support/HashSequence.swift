/// Reproducible pseudo-random inputs of benchmarks and test fixtures, computed by a hash that Swift
/// and Python share, so that files hold outputs alone.
package enum HashSequence {
  /// Number `index` of the sequence `seed`, uniform in [0, 1) with 24 bits.
  package static func uniform(seed: UInt32, index: Int) -> Float {
    var x = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 &+ seed
    x ^= x >> 16
    x &*= 0x7FEB_352D
    x ^= x >> 15
    x &*= 0x846C_A68B
    x ^= x >> 16
    return Float(x >> 8) * 0x1p-24
  }

  /// A tensor of the first numbers of the sequence `seed`, scaled to [low, high).
  package static func tensor(
    _ shape: Shape, seed: UInt32, low: Float = 0, high: Float = 1
  ) -> Tensor {
    Tensor(shape: shape) { buffer in
      for index in buffer.indices {
        buffer[index] = low + (high - low) * uniform(seed: seed, index: index)
      }
    }
  }

  /// `count` labels from 0 to `classes` - 1.
  package static func labels(_ count: Int, classes: Int, seed: UInt32) -> IntTensor {
    IntTensor(
      (0..<count).map { Int32(uniform(seed: seed, index: $0) * Float(classes)) }, shape: [count])
  }
}
