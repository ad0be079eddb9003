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
  /// The times for which an operation waits for other ranks.
  var limits: Watchdog.Limits {
    get { condition.withLock { ownLimits } }
    set { condition.withLock { ownLimits = newValue } }
  }

  private let condition = NSCondition()
  private var ownLimits = Watchdog.Limits()
  private var queue: [(name: String, body: (Wait) -> Void)] = []
  /// Whether an operation runs, on any thread; MPI is called by one thread at a time.
  private var isBusy = false
  /// Whether the caller waits for the operations, so that none of its computation is disturbed.
  private var isAwaited = false
  /// The number of threads that wait for an operation to end; the communicator's own looks by itself,
  /// since waking it costs as much as a small operation.
  private var waiterCount = 0
  private var isEnding = false
  private var hasEnded = false
  /// Changed by the thread that runs an operation.
  private var peers: Peers

  private init() throws {
    var world = gannet_mpi_world()
    let isPossible = gannet_mpi_start(&world) { try? Communicator.shared.get().end() }
    guard isPossible else { throw MPIError.noThreads }
    (rank, rankCount) = (Int(world.rank), Int(world.count))
    peers = Peers(rank: rank, count: rankCount)
    if ProcessInfo.processInfo.environment["GANNET_NUM_THREADS"] == nil {
      let pool = ThreadPool.shared
      pool.threadCount = max(1, pool.threadCount / Int(world.sharing_count))
    }
    Thread.detachNewThread { [self] in serve() }
  }

  /// Runs an operation, after those that have begun, and waits for it.
  func perform(_ name: String, _ body: (Wait) -> Void) {
    condition.lock()
    drain()
    isBusy = true
    condition.unlock()
    run(name, body)
    condition.lock()
    (isBusy, isAwaited) = (false, false)
    if waiterCount > 0 { condition.broadcast() }
    condition.unlock()
  }

  /// Begins an operation without waiting for it.
  ///
  /// - Parameter isLarge: Whether it is worth waking the thread; otherwise it runs before the next one
  ///   that is, or when it is waited for.
  func begin(_ name: String, isLarge: Bool, _ body: @escaping (Wait) -> Void) {
    condition.lock()
    queue.append((name, body))
    if isLarge { condition.broadcast() }
    condition.unlock()
  }

  /// Waits for all operations that have begun.
  func finish() {
    condition.lock()
    drain()
    isAwaited = false
    condition.unlock()
  }

  /// Waits for the operation that runs, and runs those that the thread has not come to; called with
  /// the lock.
  private func drain() {
    isAwaited = true
    while isBusy || !queue.isEmpty {
      guard isBusy else {
        runFirst()
        continue
      }
      waiterCount += 1
      condition.wait()
      waiterCount -= 1
    }
  }

  /// Runs the first operation of the queue; gives up the lock meanwhile.
  private func runFirst() {
    let operation = queue.removeFirst()
    isBusy = true
    condition.unlock()
    run(operation.name, operation.body)
    condition.lock()
    isBusy = false
    if waiterCount > 0 { condition.broadcast() }
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
      if !isBusy, !queue.isEmpty {
        runFirst()
      } else {
        if !isBusy { peers.answer() }
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
      }
    }
    hasEnded = true
    condition.broadcast()
    condition.unlock()
  }

  private func run(_ name: String, _ body: (Wait) -> Void) {
    peers.own.begun += 1
    body { wait(in: name) }
    peers.own.ended += 1
  }

  /// Waits for the MPI operation that has begun.
  private func wait(in name: String) {
    let clock = ContinuousClock()
    let start = clock.now
    var watchdog = Watchdog(limits)
    while true {
      let isAwaited = condition.withLock { self.isAwaited }
      if gannet_mpi_poll(isAwaited ? 1_000 : 0) { return }
      usleep(Self.pause)
      let waited = clock.now - start
      if waited > .seconds(1) { peers.answer() }
      if waited > watchdog.nextLook { look(by: &watchdog, in: name, after: waited) }
    }
  }

  /// The pause between looks at an operation, in microseconds. Where nobody waits for it, its thread
  /// takes little of the processors from the backward pass. Where somebody does, a look takes longer; but
  /// a thread that yields for seconds without ever sleeping can be held back for as long by Linux's
  /// scheduler, which puts its deadline off at each yield.
  private static let pause: UInt32 = 50

  /// Asks the other ranks where they are, and ends all where the watchdog says so.
  private func look(by watchdog: inout Watchdog, in name: String, after waited: Duration) {
    let states = peers.states()
    let verdict = watchdog.verdict(on: states, of: rank, after: waited)
    // One rank is enough to say it.
    let isFirst = Watchdog.first(in: states, with: rank) == rank
    if isFirst {
      let text = "gannet: " + verdict.message(of: rank, of: rankCount, in: name, after: waited)
      FileHandle.standardError.write(Data((text + "\n").utf8))
    }
    guard case .end = verdict else { return }
    if !isFirst { sleep(2) }
    gannet_mpi_abort(3)
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
