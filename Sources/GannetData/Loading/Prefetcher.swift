import Foundation

/// Makes the items of a range in order, ahead of their use, on a background thread.
final class Prefetcher<Item> {
  private var range: Range<Int>
  private let make: @Sendable (Int) throws -> sending Item
  private let channel: Channel<Result<Item, any Error>>?
  private var error: (any Error)?

  /// - Parameters:
  ///   - depth: The largest number of items made ahead; with 0, `next()` makes them without a
  ///     thread.
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

  /// The thread ends at its next item.
  deinit { channel?.close() }

  /// The next item, or nil after the last; throws the error of an item that cannot be made, now and
  /// in later calls.
  func next() throws -> Item? {
    if let error { throw error }
    guard let index = range.popFirst() else { return nil }
    do { return try channel?.receive().get() ?? make(index) } catch {
      self.error = error
      throw error
    }
  }
}

/// A bounded queue between a producer and a consumer thread.
private final class Channel<Item>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var items: [Item] = []
  private var isClosed = false

  init(capacity: Int) { self.capacity = capacity }

  /// Waits for room; false once the consumer has closed the queue.
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
