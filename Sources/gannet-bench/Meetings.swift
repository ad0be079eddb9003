import Gannet

/// The ranks of another distribution that meet where they would add gradients, and add none: a step with
/// them has all that a distributed step has but its communication, waiting for the slower rank included.
final class Meetings: Distribution {
  private let ranks: any Distribution

  init(of ranks: any Distribution) { self.ranks = ranks }

  var rank: Int { ranks.rank }
  var rankCount: Int { ranks.rankCount }
  var partCount: Int { ranks.partCount }

  func allGather(_ values: [Double], for purpose: String) -> [Double] {
    ranks.allGather(values, for: purpose)
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int, for purpose: String) {
    ranks.broadcast(bytes, from: root, for: purpose)
  }

  func beginAllReduce(_ values: UnsafeMutableBufferPointer<Float>, for purpose: String) {}
  func finishAllReduces() { ranks.barrier() }

  func allGather(
    _ values: UnsafeMutableBufferPointer<Float>, counts: [Int], for purpose: String
  ) {
    ranks.allGather(values, counts: counts, for: purpose)
  }
}
