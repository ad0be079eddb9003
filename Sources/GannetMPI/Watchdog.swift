import Foundation

/// The numbers of operations that a rank has begun and ended.
package struct RankState: Equatable {
  package var begun = 0
  package var ended = 0

  package init(begun: Int = 0, ended: Int = 0) {
    self.begun = begun
    self.ended = ended
  }
}

/// Decides whether a rank goes on waiting in an operation.
///
/// A rank that does not answer has ended, hangs, or cannot be reached, and ends all. One that
/// answers, but has not come to the operation, is at work elsewhere, as in a long validation of its
/// own, and is waited for much longer.
package struct Watchdog {
  package struct Limits: Equatable {
    /// The time after which a rank that does not answer ends all.
    package var timeout = time("GANNET_TIMEOUT", 300)
    /// The time after which a rank that answers, but does not come, ends all.
    package var patience = time("GANNET_PATIENCE", 3_600)

    package init() {}

    private static func time(_ variable: String, _ usual: Double) -> Duration {
      .seconds(ProcessInfo.processInfo.environment[variable].flatMap(Double.init) ?? usual)
    }
  }

  package enum Verdict: Equatable {
    /// Waits for these ranks; for none where all are in the operation, which is slow.
    case wait(for: [Int])
    case end(reasons: [String])

    /// Says it, for a rank in an operation.
    package func message(
      of rank: Int, of count: Int, in operation: String, after waited: Duration
    ) -> String {
      let seconds = Int((waited / .seconds(1)).rounded())
      let start = "rank \(rank) of \(count) has waited \(seconds) s in \(operation)"
      switch self {
      case .wait(for: []): return "\(start), in which all ranks are, and waits on"
      case .wait(let ranks):
        let names = ranks.map { "rank \($0)" }.joined(separator: ", ")
        return "\(start) for \(names), at work elsewhere, and waits on"
      case .end(let reasons): return "\(start): " + reasons.joined(separator: "; ")
      }
    }
  }

  /// The time in the operation after which to ask the other ranks.
  package private(set) var nextLook: Duration
  private let limits: Limits
  /// Whether all ranks were in the operation at the last look.
  private var allWereIn = false

  package init(_ limits: Limits) {
    self.limits = limits
    nextLook = limits.timeout
  }

  /// The verdict of the rank `rank` on the states of all, nil for one that does not answer.
  package mutating func verdict(
    on states: [RankState?], of rank: Int, after waited: Duration
  ) -> Verdict {
    let own = states[rank] ?? RankState()
    let silent = states.indices.filter { states[$0] == nil }
    let absent = states.indices.filter { states[$0].map { $0.begun < own.begun } ?? false }
    if !silent.isEmpty {
      return .end(
        reasons: silent.map {
          "rank \($0) does not answer: it has ended, hangs, or cannot be reached"
        })
    }
    if !absent.isEmpty, waited >= limits.patience {
      return .end(reasons: absent.map { "rank \($0) answers, but has not come to it" })
    }
    // At the first look the last one may just have come.
    if absent.isEmpty, allWereIn { return .end(reasons: ["all ranks are in it, and do not go on"]) }
    allWereIn = absent.isEmpty
    nextLook = waited + limits.timeout
    if waited < limits.patience { nextLook = min(nextLook, limits.patience) }
    return .wait(for: absent)
  }

  /// The first rank that is in the same operation as `rank`, or that rank.
  package static func first(in states: [RankState?], with rank: Int) -> Int {
    states.indices.first { other in
      other == rank
        || states[other].map { $0.begun == states[rank]?.begun && $0.ended < $0.begun } ?? false
    } ?? rank
  }
}
