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
  /// The number of rows of the matrix.
  let count: Int
  private let wideRows: Int
  /// The number of elements in the shorter wide row.
  private let rest: Int

  var width: Int { channels * copies }

  /// Makes the rows of `x`, which is `[N, C]` or a result of `pixels()`.
  init(_ x: Tensor) {
    channels = x.shape[1]
    count = x.shape[0] * (x.rank == 4 ? x.shape[2] * x.shape[3] : 1)
    let isDense = x.layout.isDense
    copies = isDense ? ChannelRows.copies(of: channels) : 1
    stride = isDense ? channels * copies : x.strides[3]
    wideRows = count / copies
    rest = count % copies * channels
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

  /// The number of lanes of sums, by the size alone.
  var laneCount: Int { max(1, min(8, count * channels / 32_768)) }

  /// The rows of a lane, in at most two parts.
  func parts(ofLane lane: Int) -> [Part] {
    parts(lane * total / laneCount..<(lane + 1) * total / laneCount)
  }

  /// Calls `body` with each lane and the parts of its rows, on the pool's threads.
  func forEachLane(_ body: (Int, Part) -> Void) {
    ThreadPool.shared.forEach(chunks: laneCount) { lane in
      for part in parts(ofLane: lane) { body(lane, part) }
    }
  }

  /// `values` of the channels, repeated to the width.
  func repeated(_ values: [Float]) -> Tensor {
    Tensor(shape: [width]) { buffer in
      for index in buffer.indices { buffer[index] = values[index % channels] }
    }
  }
}

/// Sums by lane, in double precision: for each column one of each kind, initially zero.
struct LaneSums {
  private let storage: Storage
  private let base: UnsafeMutablePointer<Double>
  private let lanes: Int
  private let kinds: Int
  private let width: Int

  init(lanes: Int, kinds: Int, width: Int) {
    let count = lanes * kinds * width
    storage = Storage(count: 2 * count)
    base = UnsafeMutableRawPointer(storage.pointer).bindMemory(to: Double.self, capacity: count)
    base.update(repeating: 0, count: count)
    self.lanes = lanes
    self.kinds = kinds
    self.width = width
  }

  /// The sums of one kind over all lanes, in order, and over columns that are multiples of `period`
  /// apart, if not nil.
  func totals(_ kind: Int, period: Int? = nil) -> [Double] {
    let count = period ?? width
    var totals = Array(repeating: 0.0, count: count)
    for lane in 0..<lanes {
      let sums = self[lane, kind]
      for first in stride(from: 0, to: width, by: max(1, count)) {
        for column in 0..<count { totals[column] += sums[first + column] }
      }
    }
    return withExtendedLifetime(storage) { totals }
  }

  /// The address of the sums of a lane and kind, valid while this object lives.
  subscript(lane: Int, kind: Int) -> UnsafeMutablePointer<Double> {
    base + (lane * kinds + kind) * width
  }
}
