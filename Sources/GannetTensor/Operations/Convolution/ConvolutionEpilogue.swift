import CGannetKernels

extension Tensor {
  /// Backward pass of the epilogue of a convolution, from its result's gradient, this,
  /// channels-last or a channel slice: the product's gradient, and in the same pass the sums over
  /// each channel, `[C]`, which are the bias's gradient. This is overwritten if it is dense and its
  /// storage is not shared.
  consuming func throughEpilogue(
    _ epilogue: SavedEpilogue, summing: Bool
  ) -> (gradient: Tensor, sums: Tensor?) {
    let channels = shape[1]
    let rows = channels == 0 ? 0 : count / channels
    let pass = EpilogueGradient(self, through: epilogue)
    guard summing || !pass.isIdentity else { return (pass.gradient, nil) }
    let (result, pixelStride) = (pass.gradient.pointer, pass.gradient.strides[3])
    let sums = ChannelSums(rows: rows, channels: channels, stride: pixelStride)
    withExtendedLifetime(pass) {
      sums.forEachBlock { block, lane in
        if !pass.isIdentity { pass(pixels: block) }
        if summing { lane.add(result + block.lowerBound * pixelStride, rows: block.count) }
      }
    }
    return (pass.gradient, summing ? sums.total() : nil)
  }
}

/// Sums over the pixels, a channel each, in lanes.
private struct ChannelSums {
  private let rows: Int
  private let channels: Int
  /// Floats from row to row.
  private let stride: Int
  private let lanes: Lanes
  /// Number of contiguous rows treated as one, so that few channels also fill vectors.
  private let fold: Int
  private let sums: LaneSums

  init(rows: Int, channels: Int, stride: Int) {
    self.rows = rows
    self.channels = channels
    self.stride = stride
    lanes = Lanes(of: rows, count: rows * channels / Tuning.biasLane)
    fold = stride == channels ? max(1, 64 / max(1, channels)) : 1
    sums = LaneSums(lanes: lanes.count, kinds: 1, width: fold * channels)
  }

  struct Lane {
    let sums: UnsafeMutablePointer<Double>
    let channels: Int
    let stride: Int
    let fold: Int

    func add(_ x: UnsafePointer<Float>, rows: Int) {
      let (width, step) = (fold * channels, fold * stride)
      gannet_accumulate_rows(x, step, sums, rows / fold, width)
      gannet_accumulate_rows(x + rows / fold * step, stride, sums, rows % fold, channels)
    }
  }

  /// Calls `body` with ranges of rows that fit into the cache, lane by lane.
  func forEachBlock(_ body: (Range<Int>, Lane) -> Void) {
    let block = max(1, elementwiseChunk / 4 / max(1, channels))
    lanes.forEachLane { index, rows in
      let lane = Lane(sums: sums[index, 0], channels: channels, stride: stride, fold: fold)
      for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
        body(first..<min(rows.upperBound, first + block), lane)
      }
    }
  }

  func total() -> Tensor { Tensor(sums.totals(0, period: channels).map { Float($0) }) }
}
