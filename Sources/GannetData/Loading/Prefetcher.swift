import Foundation

/// Makes the items of a range ahead of their use, on background threads, and gives them in order.
final class Prefetcher<Item> {
  private var range: Range<Int>
  private let make: @Sendable (Int) throws -> sending Item
  private let window: Window<Item>?
  private var error: (any Error)?

  /// - Parameters:
  ///   - depth: The largest number of items made ahead, including those in the making; with 0,
  ///     `next()` makes them without a thread.
  ///   - workers: The number of threads, each of which makes whole items.
  init(
    range: Range<Int>, depth: Int, workers: Int,
    make: @escaping @Sendable (Int) throws -> sending Item
  ) {
    self.range = range
    self.make = make
    guard depth > 0, workers > 0, !range.isEmpty else {
      window = nil
      return
    }
    let window = Window<Item>(range: range, capacity: depth)
    self.window = window
    for _ in 0..<min(workers, depth, range.count) {
      Thread.detachNewThread {
        while let index = window.claim() {
          do {
            window.put(.success(try make(index)), at: index)
          } catch {
            window.put(.failure(error), at: index)
          }
        }
      }
    }
  }

  /// The threads end at their next item.
  deinit { window?.close() }

  /// The next item, or nil after the last; throws the error of an item that cannot be made, now and
  /// in later calls.
  func next() throws -> Item? {
    if let error { throw error }
    guard let index = range.popFirst() else { return nil }
    do { return try window?.take(index).get() ?? make(index) } catch {
      self.error = error
      throw error
    }
  }
}

/// The items between the next one to be taken and the last that may be begun, which several threads
/// make and one takes in order.
private final class Window<Item>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var unclaimed: Range<Int>
  /// The next item to be taken.
  private var next: Int
  private var made: [Int: Result<Item, any Error>] = [:]

  init(range: Range<Int>, capacity: Int) {
    unclaimed = range
    next = range.lowerBound
    self.capacity = capacity
  }

  /// The next item to make, once there is room for it; nil where there is none, or the consumer has
  /// closed the window.
  func claim() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while let first = unclaimed.first, first >= next + capacity { condition.wait() }
    return unclaimed.popFirst()
  }

  func put(_ result: sending Result<Item, any Error>, at index: Int) {
    condition.lock()
    defer { condition.unlock() }
    // All before it are claimed, and none after it will be taken.
    if case .failure = result { unclaimed = index..<index }
    made[index] = result
    condition.broadcast()
  }

  func take(_ index: Int) -> Result<Item, any Error> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = made.removeValue(forKey: index) {
        next = index + 1
        condition.broadcast()
        return result
      }
      condition.wait()
    }
  }

  func close() {
    condition.lock()
    defer { condition.unlock() }
    unclaimed = next..<next
    condition.broadcast()
  }
}
