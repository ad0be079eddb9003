import Foundation
import GannetNN
import GannetTensor

/// The parts of a rank's batch, each on a thread of its own, of which one runs at a time: a part that
/// asks for the other parts' numbers waits until they have come to the same place.
final class PartLockstep: @unchecked Sendable {
  private let distribution: any Distribution
  private let count: Int
  private let leave: () -> PartState
  private let enter: (PartState) -> Void

  private let condition = NSCondition()
  /// The part that runs; `count` for the rank itself.
  private var turn = 0
  private var states: [PartState]
  /// The numbers of this rank's parts for the next exchange.
  private var values: [[Double]] = []
  /// The numbers of all ranks' parts in the last exchange.
  private var exchanged: [[Double]] = []

  /// The state of the model and its gradients that a part changes.
  struct PartState {
    let forward: ForwardState.Values
    let gradients: [Tensor?]
  }

  /// - Parameters:
  ///   - states: The state in which each part begins.
  ///   - leave: Takes the present state of the model.
  ///   - enter: Sets it.
  init(
    _ states: [PartState], over distribution: any Distribution, leave: @escaping () -> PartState,
    enter: @escaping (PartState) -> Void
  ) {
    self.states = states
    self.distribution = distribution
    self.leave = leave
    self.enter = enter
    count = states.count
  }

  /// Runs `body` for each part, and returns when all have ended. Ranks without parts join the
  /// exchanges of the others.
  func run(_ body: @escaping (Int) -> Void) {
    nonisolated(unsafe) let body = body
    let executor = ThreadExecutor()
    for part in 0..<count {
      Task(executorPreference: executor) { [self] in compute(part, body) }
    }
    wait(for: count)
    while exchange([]) {}
  }

  private func compute(_ part: Int, _ body: (Int) -> Void) {
    CurrentPart.$talk.withValue(Talk(lockstep: self, part: part)) {
      wait(for: part)
      enter(states[part])
      body(part)
      pass(to: part + 1)
    }
  }

  /// Exchanges the round's numbers with the other ranks; returns whether any rank had some.
  private func exchange(_ own: [[Double]]) -> Bool {
    let all = distribution.allGather(
      [Double(own.count), Double(own.first?.count ?? 0)], for: "a synchronized batch norm")
    let counts = stride(from: 0, to: all.count, by: 2).map { Int(all[$0]) }
    let width = stride(from: 1, to: all.count, by: 2).map { Int(all[$0]) }.max()!
    let most = counts.max()!
    guard most > 0 else { return false }
    let padding = [Double](repeating: 0, count: most * width - own.count * width)
    let numbers = distribution.allGather(
      own.flatMap { $0 } + padding, for: "a synchronized batch norm")
    exchanged = counts.enumerated().flatMap { rank, count in
      (0..<count).map { part in
        let start = (rank * most + part) * width
        return Array(numbers[start..<start + width])
      }
    }
    return true
  }

  fileprivate func gathered(_ own: [Double], of part: Int) -> [[Double]] {
    values.append(own)
    states[part] = leave()
    if part == count - 1 {
      _ = exchange(values)
      values = []
      if count > 1 { pass(to: 0) }
    } else {
      pass(to: part + 1)
    }
    wait(for: part)
    let result = exchanged
    enter(states[part])
    return result
  }

  private func wait(for part: Int) {
    condition.lock()
    while turn != part { condition.wait() }
    condition.unlock()
  }

  private func pass(to part: Int) {
    condition.lock()
    turn = part
    condition.broadcast()
    condition.unlock()
  }

  private struct Talk: PartTalk {
    let lockstep: PartLockstep
    let part: Int

    func gathered(_ values: [Double]) -> [[Double]] { lockstep.gathered(values, of: part) }
  }
}

/// Runs each task on a thread of its own, which may wait.
private final class ThreadExecutor: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    Thread.detachNewThread { job.runSynchronously(on: executor) }
  }
}
