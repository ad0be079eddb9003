import GannetTensor

/// The error of a batch that could not be made, on its way from an iterator, which cannot throw, to the
/// loop that asked for the batch.
final class BatchFailure {
  private var error: (any Error)?

  /// The one that the loop at work on this thread looks at.
  @TaskLocal private static var expected: Reference?

  private struct Reference: @unchecked Sendable {
    // Only the thread that asks for the batch touches it.
    let failure: BatchFailure
  }

  /// Hands `error` to the loop that asked by ``nextBatch()``, and ends its iterator; stops the program
  /// where there is none.
  static func report<Batch>(_ error: any Error, from operation: String) -> Batch? {
    guard let expected else {
      fail("\(operation): \(error) (a loop by nextBatch() can catch this)")
    }
    expected.failure.error = error
    return nil
  }

  /// Runs `body`, and throws what is reported meanwhile.
  static func rethrowing<Result>(_ body: () -> Result) throws -> Result {
    let failure = BatchFailure()
    let result = $expected.withValue(Reference(failure: failure), operation: body)
    if let error = failure.error { throw error }
    return result
  }
}

extension IteratorProtocol {
  /// The next batch, or nil after the last; throws where a `DataLoader` behind it could not make it.
  ///
  ///     var batches = loader.makeIterator()
  ///     while let batch = try batches.nextBatch() { step(batch) }
  ///
  /// It works through any sequence that asks a loader within `next()`, such as `loader.prefix(10)`.
  public mutating func nextBatch() throws -> Element? {
    try BatchFailure.rethrowing { next() }
  }
}
