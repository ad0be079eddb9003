import Foundation

/// The items of a range, made in order by a thread of its own ahead of their use.
final class Prefetcher<Item> {
  private var range: Range<Int>
  private let make: @Sendable (Int) -> sending Item
  private let channel: Channel<Item>?

  /// - Parameters:
  ///   - depth: How many items wait ready, at most; with 0 there is no thread, and `next()` makes
  ///     them.
  init(range: Range<Int>, depth: Int, make: @escaping @Sendable (Int) -> sending Item) {
    self.range = range
    self.make = make
    guard depth > 0, !range.isEmpty else {
      channel = nil
      return
    }
    let channel = Channel<Item>(capacity: depth)
    self.channel = channel
    Thread.detachNewThread {
      for index in range {
        guard channel.waitForRoom() else { return }
        channel.send(make(index))
      }
    }
  }

  /// The thread notices at its next item, and ends.
  deinit { channel?.close() }

  func next() -> Item? {
    guard let index = range.popFirst() else { return nil }
    return channel?.receive() ?? make(index)
  }
}

/// A bounded queue between the thread that sends and the one that receives.
private final class Channel<Item>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var items: [Item] = []
  private var isClosed = false

  init(capacity: Int) { self.capacity = capacity }

  /// Waits for room; false where nobody receives any more.
  func waitForRoom() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while items.count == capacity && !isClosed { condition.wait() }
    return !isClosed
  }

  func send(_ item: sending Item) {
    condition.lock()
    defer { condition.unlock() }
    items.append(item)
    condition.signal()
  }

  func receive() -> Item {
    condition.lock()
    defer { condition.unlock() }
    while items.isEmpty { condition.wait() }
    condition.signal()
    return items.removeFirst()
  }

  func close() {
    condition.lock()
    defer { condition.unlock() }
    isClosed = true
    condition.signal()
  }
}
