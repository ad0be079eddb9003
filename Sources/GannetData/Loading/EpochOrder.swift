import GannetTensor

/// The order of an epoch's examples, a pure function of the loader's stream and the epoch.
struct EpochOrder: Sendable {
  /// The indices of the examples; those of batch b begin at b times the batch size.
  let indices: [Int]

  /// The shuffled order of `count` examples.
  init(count: Int, stream: RandomStream, epoch: Int) {
    indices = Permutation(count: count, stream: stream, epoch: epoch).indices
  }

  /// An order whose batches have examples of similar lengths.
  ///
  /// Shuffled examples are sorted within pools of 100 batches, and the batches shuffled, but for a
  /// smaller last one. Without a stream, examples come from short to long.
  init(lengths: [Int], batchSize: Int, stream: RandomStream?, epoch: Int) {
    let count = lengths.count
    func sorted(_ indices: ArraySlice<Int>) -> [Int] {
      // Equal lengths stay in order.
      indices.enumerated().sorted {
        (lengths[$0.element], $0.offset) < (lengths[$1.element], $1.offset)
      }.map(\.element)
    }
    guard let stream else {
      indices = sorted(Array(0..<count)[...])
      return
    }
    let shuffled = Permutation(count: count, stream: stream, epoch: epoch).indices
    let pool = 100 * batchSize
    let pooled = stride(from: 0, to: count, by: pool).flatMap {
      sorted(shuffled[$0..<min(count, $0 + pool)])
    }
    let whole = count / batchSize
    // A seed beyond those of the batches.
    let seed = EpochStreams(stream, epoch: epoch).seed(ofBatch: whole + 1)
    let batches = Permutation(count: whole, stream: .order(seed: seed), epoch: 0).indices
    indices =
      batches.flatMap { pooled[$0 * batchSize..<($0 + 1) * batchSize] }
      + pooled[(whole * batchSize)...]
  }
}
