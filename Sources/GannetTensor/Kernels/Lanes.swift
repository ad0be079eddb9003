import CGannetKernels

/// The lanes of a computation whose sums run over many items: fixed, consecutive ranges of them.
///
/// This is how the library promises equal bits on any number of threads. The number of lanes
/// follows from sizes alone, a lane adds up its items in order on one thread, and the sums of the
/// lanes are added in the lanes' order. Threads decide only who computes a lane.
package struct Lanes {
  /// The largest number of lanes: that of threads that can share such a computation.
  package static let maximumCount = 8

  /// The number of items: rows, blocks or groups.
  package let items: Int
  /// The number of lanes.
  package let count: Int

  /// Cuts `items` items into `count` lanes, but at least one and at most eight.
  package init(of items: Int, count: Int) {
    self.items = items
    self.count = max(1, min(Lanes.maximumCount, count))
  }

  /// The items of a lane.
  package subscript(lane: Int) -> Range<Int> {
    lane * items / count..<(lane + 1) * items / count
  }

  /// Calls `body` with each lane and its items, on the pool's threads.
  package func forEachLane(_ body: (_ lane: Int, _ items: Range<Int>) -> Void) {
    ThreadPool.shared.forEach(chunks: count) { body($0, self[$0]) }
  }
}

/// Sums by lane, in double precision: for each column one of each kind, initially zero.
package struct LaneSums {
  private let storage: Storage
  private let base: UnsafeMutablePointer<Double>
  private let lanes: Int
  private let kinds: Int
  private let width: Int

  package init(lanes: Int, kinds: Int, width: Int) {
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
  package func totals(_ kind: Int, period: Int? = nil) -> [Double] {
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
  package subscript(lane: Int, kind: Int) -> UnsafeMutablePointer<Double> {
    base + (lane * kinds + kind) * width
  }
}

// MARK: Sums in single precision

extension Lanes {
  /// Zeros for the sums of all lanes, `[lanes] + shape`.
  package func sums(_ shape: Shape) -> Tensor { Tensor(zeros: Shape([count] + Array(shape))) }

  /// The sum over the lanes, in their order, of `sums`, whose first axis they are, as a tensor of
  /// `shape`.
  package static func total(_ sums: Tensor, as shape: Shape) -> Tensor {
    let total = Tensor(uninitialized: shape)
    let (lanes, count) = (sums.shape[0], total.count)
    let (from, to) = (sums.pointer, total.pointer)
    ThreadPool.shared.forEach(count, by: elementwiseChunk) { range in
      let first = range.lowerBound
      (to + first).update(from: from + first, count: range.count)
      gannet_add_rows(from + count + first, count, to + first, lanes - 1, range.count)
    }
    return withExtendedLifetime(sums.storage) { total }
  }

  /// The sum of the lanes' tensors, in order.
  package static func total(_ sums: [Tensor]) -> Tensor {
    sums.dropFirst().reduce(sums[0]) { $0 + $1 }
  }

  /// Adds the sums of all lanes, `[lanes, m, n]`, in order to a matrix whose rows are `stride`
  /// apart.
  package static func add(_ sums: Tensor, to target: UnsafeMutablePointer<Float>, stride: Int) {
    let (m, n) = (sums.shape[1], sums.shape[2])
    for lane in 0..<sums.shape[0] {
      for row in 0..<m {
        let (to, from) = (target + row * stride, sums.pointer + (lane * m + row) * n)
        for column in 0..<n { to[column] += from[column] }
      }
    }
    withExtendedLifetime(sums.storage) {}
  }
}
