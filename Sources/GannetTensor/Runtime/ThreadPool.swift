import CGannetKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The thread pool of all kernels of Gannet.
///
/// A job is a number of chunks that depends on the problem's size alone, so the same seed gives the
/// same bits on any number of threads. The caller works on chunks, too. Workers spin for a while
/// after a job before they park, since waking a thread takes some 100 µs. A call from inside a
/// chunk, or while another thread uses the pool, runs its chunks on the calling thread.
public final class ThreadPool: @unchecked Sendable {
  /// The pool of the process.
  public static let shared = ThreadPool()

  /// The job's generation in the high half, the remaining chunks in the low half: one
  /// compare-exchange takes a chunk and checks that the job is still the same.
  private let state = Atomic<UInt64>(0)
  private let completed = Atomic<Int>(0)
  private let busy = Atomic<Bool>(false)
  private let parked = Atomic<Int>(0)
  private let limit = Atomic<Int>(0)
  private let spinMicroseconds = Atomic<Int>(2_000)

  // Written by the thread that holds `busy`, before it publishes `state`.
  private var generation: UInt64 = 0
  private var chunkCount = 0
  private var body: ((Int) -> Void)?

  private var workers = 0
  private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    let wanted = Environment.integer("GANNET_NUM_THREADS") ?? ProcessorCount.available
    limit.store(max(1, wanted), ordering: .relaxed)
    if let spin = Environment.integer("GANNET_SPIN_MICROSECONDS") {
      spinMicroseconds.store(max(0, spin), ordering: .relaxed)
    }
  }

  /// The number of threads, including the caller's; by default `GANNET_NUM_THREADS`, or the number
  /// of processors that affinity and control group allow. Results do not depend on it.
  public var threadCount: Int {
    get { limit.load(ordering: .relaxed) }
    set {
      guard newValue >= 1 else { fail("ThreadPool: threadCount \(newValue), expected 1 or more") }
      limit.store(newValue, ordering: .relaxed)
    }
  }

  /// The time that a worker spins before it parks, in whole microseconds; by default
  /// `GANNET_SPIN_MICROSECONDS`, or 2 ms. Servers that share processors may prefer `.zero`.
  public var spinDuration: Duration {
    get { .microseconds(spinMicroseconds.load(ordering: .relaxed)) }
    set {
      let microseconds = newValue / .microseconds(1)
      spinMicroseconds.store(Int(min(max(0, microseconds), 1e15)), ordering: .relaxed)
    }
  }

  /// Calls `body` once with each of 0 to `chunks` - 1, on the pool's threads in any order.
  package func forEach(chunks: Int, _ body: (Int) -> Void) {
    if chunks <= 1 || threadCount == 1
      || !busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    {
      for chunk in 0..<chunks { body(chunk) }
      return
    }
    startWorkers()
    withoutActuallyEscaping(body) { body in
      self.body = body
      chunkCount = chunks
      generation = (generation + 1) & 0xFFFF_FFFF
      completed.store(0, ordering: .relaxed)
      state.store(generation << 32 | UInt64(chunks), ordering: .sequentiallyConsistent)
      if parked.load(ordering: .sequentiallyConsistent) > 0 { wake() }
      while let chunk = claim() { run(chunk) }
      var spins = 0
      while completed.load(ordering: .acquiring) < chunks {
        gannet_pause()
        spins += 1
        if spins & 0x3FF == 0 { sched_yield() }
      }
      self.body = nil
    }
    busy.store(false, ordering: .releasing)
  }

  /// Splits `count` elements into ranges of `size` and calls `body` with each; a single range runs
  /// on the caller's thread.
  @inline(__always)
  package func forEach(_ count: Int, by size: Int, _ body: (Range<Int>) -> Void) {
    if count <= size { return body(0..<count) }
    forEach(chunks: (count + size - 1) / size) { chunk in
      body(chunk * size..<min(count, (chunk + 1) * size))
    }
  }

  private func claim() -> Int? {
    var seen = state.load(ordering: .acquiring)
    while seen & 0xFFFF_FFFF > 0 {
      let (exchanged, current) = state.weakCompareExchange(
        expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
      if exchanged { return chunkCount - Int(seen & 0xFFFF_FFFF) }
      seen = current
    }
    return nil
  }

  private func run(_ chunk: Int) {
    body!(chunk)
    completed.add(1, ordering: .acquiringAndReleasing)
  }

  // Called by the holder of `busy` alone.
  private func startWorkers() {
    while workers < threadCount - 1 {
      let index = workers
      let pool = Unmanaged.passUnretained(self)
      let context = UnsafeMutablePointer<WorkerContext>.allocate(capacity: 1)
      context.initialize(to: WorkerContext(pool: pool, index: index))
      #if canImport(Darwin)
      var thread: pthread_t?
      #else
      var thread = pthread_t()
      #endif
      let code = pthread_create(
        &thread, nil,
        { raw in
          let context = raw!.assumingMemoryBound(to: WorkerContext.self)
          let (pool, index) = (context.pointee.pool.takeUnretainedValue(), context.pointee.index)
          context.deallocate()
          pool.work(index)
          return nil
        }, context)
      guard code == 0 else {  // no more threads available: the others do the work
        context.deallocate()
        limit.store(workers + 1, ordering: .relaxed)
        return
      }
      #if canImport(Darwin)
      pthread_detach(thread!)
      #else
      pthread_detach(thread)
      #endif
      workers += 1
    }
  }

  private struct WorkerContext {
    let pool: Unmanaged<ThreadPool>
    let index: Int
  }

  private func work(_ index: Int) {
    var idleSince = gannet_microseconds()
    var spins = 0
    while true {
      if index < threadCount - 1, let chunk = claim() {
        run(chunk)
        spins = 0
        idleSince = gannet_microseconds()
        continue
      }
      gannet_pause()
      spins += 1
      let limit = spinMicroseconds.load(ordering: .relaxed)
      if spins & 0x3F == 0, gannet_microseconds() - idleSince >= limit {
        park(index)
        idleSince = gannet_microseconds()
      }
    }
  }

  private func park(_ index: Int) {
    pthread_mutex_lock(mutex)
    parked.add(1, ordering: .sequentiallyConsistent)
    while index >= threadCount - 1
      || state.load(ordering: .sequentiallyConsistent) & 0xFFFF_FFFF == 0
    {
      pthread_cond_wait(condition, mutex)
    }
    parked.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  private func wake() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
