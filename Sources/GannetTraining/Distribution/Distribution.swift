import GannetTensor

/// The processes that train one model together, the *ranks*, as each of them sees the others. Product
/// `GannetMPI` has `World`, ranks on any number of machines; ``SingleRank`` is a training's only one.
///
///     let trainer = Trainer(
///       model, optimizer: Adam(model.parameters), loss: .classification, distribution: world)
///
/// All ranks run the same program on their shares of the examples. Each batch is cut into
/// ``partCount`` parts, whatever the number of ranks, and a rank computes its ``parts``, one after
/// the other. Sums over the parts are made by one fixed tree, on a rank and then between ranks, so
/// that training has the same bits on each number of ranks that divides the number of parts.
///
/// The following operations are of all ranks: each calls them in the same order. Where a rank is
/// missing, the implementation ends all with a message. `purpose` names an operation there.
public protocol Distribution: AnyObject {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var rankCount: Int { get }
  /// The number of parts of a batch, a multiple of ``rankCount`` by a power of two.
  var partCount: Int { get }

  /// The numbers of all ranks, as many of each, in the order of ranks.
  func allGather(_ values: [Double], for purpose: String) -> [Double]
  /// Sends `bytes` of the rank `root` to all others.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int, for purpose: String)
  /// Begins to replace `values`, as many on each rank, by their sums over the ranks: neighbours are
  /// added, then neighbouring sums. The memory is in use until ``finishAllReduces()``.
  func beginAllReduce(_ values: UnsafeMutableBufferPointer<Float>, for purpose: String)
  /// Waits for all sums that have begun.
  func finishAllReduces()
  /// Completes `values`, of which the rank r has the r-th range of `counts[r]`, by those of the
  /// others.
  func allGather(
    _ values: UnsafeMutableBufferPointer<Float>, counts: [Int], for purpose: String)
}

extension Distribution {
  /// The parts of each batch that this rank computes.
  public var parts: Range<Int> {
    let count = partCount / rankCount
    return rank * count..<(rank + 1) * count
  }

  /// Whether this is the rank that writes files and shows progress.
  public var isFirst: Bool { rank == 0 }

  /// Waits until all ranks have come here.
  public func barrier(for purpose: String = "a barrier") { _ = allGather([0], for: purpose) }
}

/// The distribution of a training on this process alone. It computes all eight parts of a batch one
/// after the other, and so has the bits of a training on 2, 4 or 8 ranks.
public final class SingleRank: Distribution {
  public let rank = 0
  public let rankCount = 1
  public let partCount = 8

  /// Makes the only rank.
  public init() {}

  public func allGather(_ values: [Double], for purpose: String) -> [Double] { values }
  public func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer, from root: Int, for purpose: String
  ) {}
  public func beginAllReduce(_ values: UnsafeMutableBufferPointer<Float>, for purpose: String) {}
  public func finishAllReduces() {}
  public func allGather(
    _ values: UnsafeMutableBufferPointer<Float>, counts: [Int], for purpose: String
  ) {}
}
