import Foundation
import GannetTensor
import Synchronization
import TestSupport
import Testing

/// In separate processes, where no other test uses the pool, so that jobs run on several threads.
@Suite struct ThreadPoolTests {
  @Test func sameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      let pool = ThreadPool.shared
      pool.threadCount = 1
      let expected = SampleComputation.all.map { $0.results() }
      for threads in [2, 3, 5] {
        pool.threadCount = threads
        for (computation, single) in zip(SampleComputation.all, expected) {
          for (result, wanted) in zip(computation.results(), single) {
            expectIdentical(result, wanted, "\(computation.name) on \(threads) threads")
          }
        }
      }
    }
  }

  @Test func everyChunkRunsOnceOnEveryNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      for threads in [1, 2, 3, 4, 2, 1, 3] {
        ThreadPool.shared.threadCount = threads
        for chunks in [0, 1, 2, 3, 7, 64, 1_000] {
          #expect(Counters.run(chunks) == Array(repeating: 1, count: chunks))
        }
      }
    }
  }

  @Test func rangesCoverAllElements() {
    for (count, size) in [(0, 5), (1, 5), (5, 5), (6, 5), (100, 7), (101, 1), (12, 100)] {
      let counters = Counters(count)
      ThreadPool.shared.forEach(count, by: size) { range in
        for index in range { counters.count(index) }
      }
      #expect(counters.values == Array(repeating: 1, count: count), "\(count) by \(size)")
    }
  }

  @Test func severalThreadsShareAJob() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.shared.threadCount = 3
      for spin in [0, 2_000] {
        ThreadPool.shared.spinDuration = .microseconds(spin)
        for _ in 0..<3 {
          usleep(10_000)  // with the spin duration 0, the workers have parked by now
          let threads = Locked<Set<pthread_t>>([])
          ThreadPool.shared.forEach(chunks: 40) { _ in
            threads.withLock { _ = $0.insert(pthread_self()) }
            usleep(5_000)
          }
          let count = threads.withLock { $0.count }
          #expect(count == 3, "spin duration \(spin)")
        }
      }
    }
  }

  @Test func oneThreadMeansTheCallersOwn() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.shared.threadCount = 3
      _ = Counters.run(100)  // workers exist now
      ThreadPool.shared.threadCount = 1
      let caller = pthread_self()
      ThreadPool.shared.forEach(chunks: 100) { _ in #expect(pthread_self() == caller) }
    }
  }

  @Test func jobsInsideJobsRunInline() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.shared.threadCount = 3
      let counters = Counters(20 * 30)
      ThreadPool.shared.forEach(chunks: 20) { outer in
        let own = pthread_self()
        ThreadPool.shared.forEach(chunks: 30) { inner in
          #expect(pthread_self() == own)
          counters.count(outer * 30 + inner)
        }
      }
      #expect(counters.values == Array(repeating: 1, count: 600))
    }
  }

  @Test func severalTasksUseThePoolAtOnce() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.shared.threadCount = 3
      await withTaskGroup(of: Void.self) { group in
        for task in 0..<6 {
          group.addTask {
            for job in 0..<500 {
              let chunks = (task * 7 + job) % 40
              #expect(Counters.run(chunks) == Array(repeating: 1, count: chunks))
            }
            let computation = SampleComputation.all[task * 3]
            let (first, second) = (computation.results(), computation.results())
            for (a, b) in zip(first, second) { expectIdentical(a, b, computation.name) }
          }
        }
      }
    }
  }

  @Test(arguments: [0, 50, 2_000]) func manySmallJobs(_ spin: Int) async {
    await #expect(processExitsWith: .success) { [spin] in
      ThreadPool.shared.threadCount = 3
      ThreadPool.shared.spinDuration = .microseconds(spin)
      let total = Atomic<Int>(0)
      for job in 0..<20_000 {
        ThreadPool.shared.forEach(chunks: 2 + job % 3) { _ in total.add(1, ordering: .relaxed) }
        if job % 4_000 == 0 { usleep(3_000) }
      }
      #expect(total.load(ordering: .relaxed) == (0..<20_000).reduce(0) { $0 + 2 + $1 % 3 })
    }
  }

  @Test func theEnvironmentSetsThreadsAndSpin() async {
    await #expect(processExitsWith: .success) {
      setenv("GANNET_NUM_THREADS", "7", 1)
      setenv("GANNET_SPIN_MICROSECONDS", "0", 1)
      #expect(ThreadPool.shared.threadCount == 7)
      #expect(ThreadPool.shared.spinDuration == .zero)
    }
    await #expect(processExitsWith: .success) {
      unsetenv("GANNET_NUM_THREADS")
      let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
      #expect((1...processors).contains(ThreadPool.shared.threadCount))
    }
  }
}

/// The number of runs of each chunk.
private final class Counters: @unchecked Sendable {
  private let counts: UnsafeMutablePointer<Int>
  private let size: Int

  init(_ size: Int) {
    self.size = size
    counts = .allocate(capacity: max(1, size))
    counts.initialize(repeating: 0, count: size)
  }

  deinit { counts.deallocate() }

  /// Not atomic: each index belongs to one thread, if the pool is right.
  func count(_ index: Int) { counts[index] += 1 }

  var values: [Int] { (0..<size).map { counts[$0] } }

  static func run(_ chunks: Int) -> [Int] {
    let counters = Counters(chunks)
    ThreadPool.shared.forEach(chunks: chunks) { counters.count($0) }
    return counters.values
  }
}
