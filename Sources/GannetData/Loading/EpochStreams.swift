import GannetTensor

/// The random numbers for making an epoch's batches: functions of the loader's stream, the epoch, and
/// the example or batch alone.
struct EpochStreams: Sendable {
  private let seed: UInt64
  private let epoch: UInt64

  init(_ stream: RandomStream, epoch: Int) {
    // A place in the loader's stream that no order reaches.
    var far = RandomStream(seed: stream.seed, stream: stream.stream, position: 1 << 63)
    seed = far.next()
    self.epoch = UInt64(epoch)
  }

  /// The stream of the example `index`.
  subscript(example index: Int) -> RandomStream {
    RandomStream(seed: seed, stream: epoch &<< 40 | UInt64(index))
  }

  /// The seed for draws of the batch `index` that name no stream.
  func seed(ofBatch index: Int) -> UInt64 {
    var draws = RandomStream(seed: seed, stream: ~epoch, position: UInt64(index) &<< 6)
    return draws.next()
  }
}
