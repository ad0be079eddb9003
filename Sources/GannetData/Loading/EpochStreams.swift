import GannetTensor

/// Random streams for making an epoch's batches, which depend only on the loader's stream, the
/// epoch, and the example or batch.
struct EpochStreams: Sendable {
  private let seed: UInt64
  private let epoch: UInt64

  init(_ stream: RandomStream, epoch: Int) {
    // A position in the loader's stream beyond those of all orders.
    var far = RandomStream(seed: stream.seed, stream: stream.stream, position: 1 << 63)
    seed = far.next()
    self.epoch = UInt64(epoch)
  }

  /// The stream of the example `index`.
  subscript(example index: Int) -> RandomStream {
    RandomStream(seed: seed, stream: epoch &<< 40 | UInt64(index))
  }

  /// The seed for draws of the batch `index` that name no stream, such as `Tensor(uniform:)`.
  func seed(ofBatch index: Int) -> UInt64 {
    var draws = RandomStream(seed: seed, stream: ~epoch, position: UInt64(index) &<< 6)
    return draws.next()
  }

  /// The seed for such draws of a part of the batch `index`.
  func seed(ofBatch index: Int, part: Int) -> UInt64 {
    // Half an epoch's stream is beyond its batches.
    let place = 1 << 57 | UInt64(part) &<< 40 | UInt64(index)
    var draws = RandomStream(seed: seed, stream: ~epoch, position: place &<< 6)
    return draws.next()
  }
}
