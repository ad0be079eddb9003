import GannetTensor

/// What `body` gives on `count` threads.
package func onThreads<Result>(_ count: Int, _ body: () -> Result) -> Result {
  let before = ThreadPool.shared.threadCount
  ThreadPool.shared.threadCount = count
  defer { ThreadPool.shared.threadCount = before }
  return body()
}
