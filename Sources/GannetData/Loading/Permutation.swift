import CGannetKernels
import GannetTensor

/// A random permutation of `0..<count`, a pure function of the stream's seed and number and of the
/// epoch.
struct Permutation: Sendable {
  let indices: [Int]

  init(count: Int, stream: RandomStream, epoch: Int) {
    // Two 32-bit draws an index; draws come in groups of 64, of which each epoch has its own.
    let drawCount = (2 * count + 63) & ~63
    let draws = [UInt32](uninitialized: drawCount) {
      gannet_random_bits(
        gannet_stream(key: stream.seed, stream: stream.stream),
        UInt64(epoch) &* UInt64(drawCount), $0, drawCount)
    }
    var indices = Array(0..<count)
    // Fisher-Yates shuffle. The high half of the product is uniform up to a bias of count / 2^64.
    for last in stride(from: count - 1, to: 0, by: -1) {
      let random = UInt64(draws[2 * last]) << 32 | UInt64(draws[2 * last + 1])
      indices.swapAt(last, Int(random.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    self.indices = indices
  }
}

extension RandomStream {
  /// The stream for orders of `seed`, different from those that a `RandomSource` of that seed gives
  /// out.
  static func order(seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: .max) }
}
