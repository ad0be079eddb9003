#if MPI
import CGannetMPI
import Foundation

/// The states of all ranks, as they tell them each other apart from the operations.
struct Peers {
  /// This rank's state, which it tells others.
  var own = RankState()
  private let rank: Int
  private let count: Int

  /// The peers of the rank `rank` of `count`.
  init(rank: Int, count: Int) {
    self.rank = rank
    self.count = count
  }

  /// Tells the ranks that have asked for it this one's state.
  func answer() {
    var message = gannet_mpi_message()
    while gannet_mpi_hear(&message) { answer(message) }
  }

  private func answer(_ message: gannet_mpi_message) {
    guard message.is_question else { return }
    gannet_mpi_tell(message.rank, Int64(own.begun), Int64(own.ended))
  }

  /// Asks all ranks; nil for one that does not answer within ``patience``.
  func states() -> [RankState?] {
    var states: [RankState?] = Array(repeating: nil, count: count)
    states[rank] = own
    for other in 0..<count where other != rank { gannet_mpi_ask(Int32(other)) }
    let clock = ContinuousClock()
    let start = clock.now
    while states.contains(nil), clock.now - start < Self.patience {
      var message = gannet_mpi_message()
      if !gannet_mpi_hear(&message) {
        usleep(1_000)
      } else if message.is_question {
        answer(message)
      } else {
        states[Int(message.rank)] = RankState(
          begun: Int(message.begun), ended: Int(message.ended))
      }
    }
    return states
  }

  /// A rank looks for questions every 50 ms, and in an operation that lasts, after a second.
  private static let patience = Duration.seconds(4)
}
#endif
