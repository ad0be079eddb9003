import GannetTensor

/// Runs `body` on `count` threads.
package func onThreads<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
  let before = ThreadPool.shared.threadCount
  ThreadPool.shared.threadCount = count
  defer { ThreadPool.shared.threadCount = before }
  return try body()
}
