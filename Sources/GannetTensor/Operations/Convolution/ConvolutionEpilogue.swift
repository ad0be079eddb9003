import CGannetKernels

/// Backward pass of the epilogue: the gradient of the activation's input, channels-last, and in the
/// same pass the sums over each channel, `[C]`, which are the bias's gradient.
///
/// - Parameters:
///   - incoming: The result's gradient, `[N, C, H, W]`; overwritten if its storage is not shared.
///   - y: The activation's result; nil for the identity.
///   - needsSums: Whether to compute the sums.
func throughActivation(
  _ incoming: consuming Tensor, _ activation: Activation, y: Tensor?, needsSums: Bool
) -> (gradient: Tensor, sums: Tensor?) {
  var gradient = incoming.channelsLast()
  gradient.node = nil
  guard needsSums || y != nil else { return (gradient, nil) }
  let inPlace = y == nil || isKnownUniquelyReferenced(&gradient.storage)
  let result = inPlace ? gradient : Tensor(uninitialized: gradient.shape, layout: .channelsLast)
  let channels = gradient.shape[1]
  let rows = channels == 0 ? 0 : gradient.count / channels
  let sums = ChannelSums(rows: rows, channels: channels)
  let (from, to) = (gradient.pointer, result.pointer)
  withExtendedLifetime((gradient.storage, y?.storage)) {
    sums.forEachBlock { block, lane in
      let (first, count) = (block.lowerBound * channels, block.count * channels)
      if let y { activation.chain(from + first, y.pointer + first, to + first, count) }
      if needsSums { lane.add(to + first, rows: block.count) }
    }
  }
  return (result, needsSums ? sums.total() : nil)
}

/// Sums over the pixels, a channel each, of which up to eight lanes are made at a time and added in
/// their order.
private struct ChannelSums {
  private let rows: Int
  private let channels: Int
  private let laneCount: Int
  /// Number of rows treated as one, so that few channels also fill vectors.
  private let fold: Int
  private let lanes: LaneSums

  init(rows: Int, channels: Int) {
    self.rows = rows
    self.channels = channels
    laneCount = max(1, min(8, rows * channels / elementwiseChunk))
    fold = max(1, 64 / max(1, channels))
    lanes = LaneSums(lanes: laneCount, kinds: 1, width: fold * channels)
  }

  struct Lane {
    let sums: UnsafeMutablePointer<Double>
    let channels: Int
    let fold: Int

    func add(_ x: UnsafePointer<Float>, rows: Int) {
      let width = fold * channels
      gannet_accumulate_rows(x, width, sums, rows / fold, width)
      gannet_accumulate_rows(x + rows / fold * width, channels, sums, rows % fold, channels)
    }
  }

  /// Calls `body` with ranges of rows that fit into the cache, lane by lane.
  func forEachBlock(_ body: (Range<Int>, Lane) -> Void) {
    let block = max(1, elementwiseChunk / 4 / max(1, channels))
    ThreadPool.shared.forEach(chunks: laneCount) { index in
      let lane = Lane(sums: lanes[index, 0], channels: channels, fold: fold)
      let end = (index + 1) * rows / laneCount
      for first in stride(from: index * rows / laneCount, to: end, by: block) {
        body(first..<min(end, first + block), lane)
      }
    }
  }

  func total() -> Tensor { Tensor(lanes.totals(0, period: channels).map { Float($0) }) }
}
