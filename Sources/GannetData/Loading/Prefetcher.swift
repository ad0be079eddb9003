import Foundation

/// The items of a range, made in order by a thread of its own ahead of their use.
final class Prefetcher<Item> {
  private var range: Range<Int>
  private let make: @Sendable (Int) throws -> sending Item
  private let channel: Channel<Result<Item, any Error>>?
  private var error: (any Error)?

  /// - Parameters:
  ///   - depth: How many items wait ready, at most; with 0 there is no thread, and `next()` makes
  ///     them.
  init(range: Range<Int>, depth: Int, make: @escaping @Sendable (Int) throws -> sending Item) {
    self.range = range
    self.make = make
    guard depth > 0, !range.isEmpty else {
      channel = nil
      return
    }
    let channel = Channel<Result<Item, any Error>>(capacity: depth)
    self.channel = channel
    Thread.detachNewThread {
      for index in range {
        guard channel.waitForRoom() else { return }
        do { channel.send(.success(try make(index))) } catch {
          return channel.send(.failure(error))
        }
      }
    }
  }

  /// The thread notices at its next item, and ends.
  deinit { channel?.close() }

  /// The next item, or nil after the last; the error of one that can't be made, which is the last.
  func next() throws -> Item? {
    if let error { throw error }
    guard let index = range.popFirst() else { return nil }
    do { return try channel?.receive().get() ?? make(index) } catch {
      self.error = error
      throw error
    }
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
