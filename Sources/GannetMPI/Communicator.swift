#if MPI
import CGannetMPI
import Foundation
import GannetTensor

/// The operations of this process with the other ranks, one at a time, in the order in which they
/// are asked for. Those that begin without being waited for run on a thread of their own.
final class Communicator: @unchecked Sendable {
  /// Waits for the MPI operation that has begun.
  typealias Wait = () -> Void

  /// The process's only one.
  static let shared = Result { try Communicator() }

  let rank: Int
  let rankCount: Int
  /// The time for which an operation waits for other ranks.
  var timeout: Duration {
    get { condition.withLock { limit } }
    set { condition.withLock { limit = newValue } }
  }

  private let condition = NSCondition()
  private var limit = Duration.seconds(
    ProcessInfo.processInfo.environment["GANNET_TIMEOUT"].flatMap(Double.init) ?? 300)
  private var queue: [(name: String, body: (Wait) -> Void)] = []
  /// Whether an operation runs, on any thread; MPI is called by one thread at a time.
  private var isBusy = false
  /// Whether the caller waits for the operations, so that none of its computation is disturbed.
  private var isAwaited = false
  private var isEnding = false
  private var hasEnded = false
  /// The numbers of operations that have begun and ended; changed by the thread that runs them.
  private var begun = 0
  private var ended = 0

  private init() throws {
    var world = gannet_mpi_world()
    let isPossible = gannet_mpi_start(&world) { try? Communicator.shared.get().end() }
    guard isPossible else { throw MPIError.noThreads }
    (rank, rankCount) = (Int(world.rank), Int(world.count))
    if ProcessInfo.processInfo.environment["GANNET_NUM_THREADS"] == nil {
      let pool = ThreadPool.shared
      pool.threadCount = max(1, pool.threadCount / Int(world.sharing_count))
    }
    Thread.detachNewThread { [self] in serve() }
  }

  /// Runs an operation, after those that have begun, and waits for it.
  func perform(_ name: String, _ body: (Wait) -> Void) {
    condition.lock()
    isAwaited = true
    while isBusy || !queue.isEmpty { condition.wait() }
    isBusy = true
    condition.unlock()
    run(name, body)
    condition.lock()
    (isBusy, isAwaited) = (false, false)
    condition.broadcast()
    condition.unlock()
  }

  /// Begins an operation without waiting for it.
  func begin(_ name: String, _ body: @escaping (Wait) -> Void) {
    condition.lock()
    queue.append((name, body))
    condition.broadcast()
    condition.unlock()
  }

  /// Waits for all operations that have begun.
  func finish() {
    condition.lock()
    isAwaited = true
    while isBusy || !queue.isEmpty { condition.wait() }
    isAwaited = false
    condition.unlock()
  }

  /// Ends the thread, so that MPI can be finished.
  private func end() {
    condition.lock()
    isEnding = true
    condition.broadcast()
    while !hasEnded { condition.wait() }
    condition.unlock()
  }

  /// Runs the operations, and tells other ranks this one's state in between.
  private func serve() {
    condition.lock()
    while !isEnding {
      if !isBusy, let operation = queue.first {
        isBusy = true
        condition.unlock()
        run(operation.name, operation.body)
        condition.lock()
        queue.removeFirst()
        isBusy = false
        condition.broadcast()
      } else if !isBusy {
        answer()
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
      } else {
        condition.wait()
      }
    }
    hasEnded = true
    condition.broadcast()
    condition.unlock()
  }

  private func run(_ name: String, _ body: (Wait) -> Void) {
    begun += 1
    body { wait(in: name) }
    ended += 1
  }

  /// Waits for the MPI operation that has begun.
  private func wait(in name: String) {
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      let (isAwaited, limit) = condition.withLock { (self.isAwaited, self.limit) }
      if gannet_mpi_poll(isAwaited ? 1_000 : 0) { return }
      if !isAwaited { usleep(Self.pause) }
      let waited = clock.now - start
      if waited > .seconds(1) { answer() }
      if waited > limit { endAll(waitingIn: name, for: waited) }
    }
  }

  /// The pause between looks at an operation that nobody waits for, in microseconds, so that its
  /// thread takes little of the processors from the backward pass.
  private static let pause: UInt32 = 50

  /// Tells the ranks that ask for it this one's state.
  private func answer() {
    var message = gannet_mpi_message()
    while gannet_mpi_hear(&message) {
      if message.is_question { gannet_mpi_tell(message.rank, Int64(begun), Int64(ended)) }
    }
  }

  /// Names the missing ranks and ends all.
  private func endAll(waitingIn name: String, for waited: Duration) -> Never {
    let states = askAll()
    // One rank is enough to say it.
    let first = (0..<rankCount).first { other in
      other == rank || states[other].map { $0.begun == begun && $0.ended < begun } ?? false
    }
    if first == rank {
      let missing = (0..<rankCount).compactMap { other -> String? in
        guard other != rank else { return nil }
        guard let state = states[other] else {
          return "rank \(other) does not answer: it has ended, hangs, or cannot be reached"
        }
        return state.begun < begun ? "rank \(other) has not come to it" : nil
      }
      let all = missing.isEmpty ? ["all ranks are in it, and do not go on"] : missing
      let seconds = Int((waited / .seconds(1)).rounded())
      let text =
        "gannet: rank \(rank) of \(rankCount) has waited \(seconds) s in \(name): "
        + all.joined(separator: "; ") + "\n"
      FileHandle.standardError.write(Data(text.utf8))
    } else {
      sleep(2)
    }
    gannet_mpi_abort(3)
  }

  /// The states of the other ranks that answer within some seconds.
  private func askAll() -> [(begun: Int, ended: Int)?] {
    var states: [(begun: Int, ended: Int)?] = Array(repeating: nil, count: rankCount)
    for other in 0..<rankCount where other != rank { gannet_mpi_ask(Int32(other)) }
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < .seconds(3) {
      var message = gannet_mpi_message()
      guard gannet_mpi_hear(&message) else {
        usleep(1_000)
        continue
      }
      if message.is_question {
        gannet_mpi_tell(message.rank, Int64(begun), Int64(ended))
      } else {
        states[Int(message.rank)] = (Int(message.begun), Int(message.ended))
      }
    }
    return states
  }
}

extension NSCondition {
  fileprivate func withLock<Result>(_ body: () -> Result) -> Result {
    lock()
    defer { unlock() }
    return body()
  }
}
#endif
