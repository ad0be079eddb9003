/// A matrix whose columns are the channels: `[N, C]`, or the pixels of images.
///
/// Several rows of few channels are treated as one wide row, in which the channels repeat, so that
/// loops over columns fill vectors. The remaining rows are a shorter wide row.
struct ChannelRows {
  let channels: Int
  /// The repetitions of the channels in a wide row.
  let copies: Int
  /// The row stride of x, more than its width for a channel slice.
  let stride: Int
  /// The row stride of the result, and of its gradient.
  let resultStride: Int
  /// The number of rows of the matrix.
  let count: Int
  private let wideRows: Int
  /// The number of elements in the shorter wide row.
  private let rest: Int

  var width: Int { channels * copies }

  /// Makes the rows of `x`, which is `[N, C]` or a result of `pixels()`.
  init(_ x: Tensor) {
    let isDense = x.layout.isDense
    self.init(
      x.shape[0] * (x.rank == 4 ? x.shape[2] * x.shape[3] : 1), channels: x.shape[1],
      copies: isDense ? ChannelRows.copies(of: x.shape[1]) : 1,
      stride: isDense ? x.shape[1] : x.strides[3], resultStride: x.shape[1])
  }

  /// Makes `count` rows of which `copies` are one wide row. Strides are those of single rows.
  private init(_ count: Int, channels: Int, copies: Int, stride: Int, resultStride: Int) {
    self.count = count
    self.channels = channels
    self.copies = copies
    self.stride = stride * copies
    self.resultStride = resultStride * copies
    wideRows = count / copies
    rest = count % copies * channels
  }

  /// The rows for a result, or a gradient of it, that lies as `y`: one by one for a channel slice.
  func with(result y: Tensor) -> ChannelRows {
    guard y.layout == .channelSlice else { return self }
    return ChannelRows(
      count, channels: channels, copies: 1, stride: stride / copies, resultStride: y.strides[3])
  }

  /// The repetitions that make the width a multiple of 32 and at least 128.
  private static func copies(of channels: Int) -> Int {
    guard channels > 0, channels < 64 else { return 1 }
    let least = 32 >> min(5, channels.trailingZeroBitCount)
    return least * ((128 + least * channels - 1) / (least * channels))
  }

  /// A range of wide rows, or the shorter one.
  struct Part {
    fileprivate let first: Int
    let rows: Int
    let columns: Int
    let isRest: Bool

    /// Their offset for rows `stride` apart.
    func offset(_ stride: Int) -> Int { first * stride }
  }

  private func parts(_ range: Range<Int>) -> [Part] {
    let whole = range.lowerBound..<min(range.upperBound, wideRows)
    var parts = [Part(first: whole.lowerBound, rows: whole.count, columns: width, isRest: false)]
    if rest > 0, range.upperBound == total {
      parts.append(Part(first: wideRows, rows: 1, columns: rest, isRest: true))
    }
    return parts.filter { $0.rows > 0 }
  }

  private var total: Int { wideRows + (rest > 0 ? 1 : 0) }

  /// Calls `body` with all rows in parts that fit into the cache, on the pool's threads.
  func forEachPart(_ body: (Part) -> Void) {
    guard total > 0, width > 0 else { return }
    ThreadPool.shared.forEach(total, by: max(1, elementwiseChunk / width)) { range in
      for part in parts(range) { body(part) }
    }
  }

  private var lanes: Lanes { Lanes(of: total, count: count * channels / Tuning.normLane) }

  /// The number of lanes of sums.
  var laneCount: Int { lanes.count }

  /// The rows of a lane, in at most two parts.
  func parts(ofLane lane: Int) -> [Part] { parts(lanes[lane]) }

  /// Calls `body` with each lane and the parts of its rows, on the pool's threads.
  func forEachLane(_ body: (Int, Part) -> Void) {
    lanes.forEachLane { lane, rows in
      for part in parts(rows) { body(lane, part) }
    }
  }

  /// `values` of the channels, repeated to the width.
  func repeated(_ values: [Float]) -> Tensor {
    Tensor(shape: [width]) { buffer in
      for index in buffer.indices { buffer[index] = values[index % channels] }
    }
  }
}
