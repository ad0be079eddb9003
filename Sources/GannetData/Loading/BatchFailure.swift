import GannetTensor

/// Carries the error of a failed batch from an iterator, which cannot throw, to the loop that asked
/// for the batch.
final class BatchFailure {
  private var error: (any Error)?

  /// The instance that the current loop by `nextBatch()` inspects.
  @TaskLocal private static var expected: Reference?

  private struct Reference: @unchecked Sendable {
    // Accessed only by the thread that asks for the batch.
    let failure: BatchFailure
  }

  /// Passes `error` to the loop by ``nextBatch()`` and ends its iterator; stops the program without
  /// such a loop.
  static func report<Batch>(_ error: any Error, from operation: String) -> Batch? {
    guard let expected else {
      fail("\(operation): \(error) (a loop by nextBatch() can catch this)")
    }
    expected.failure.error = error
    return nil
  }

  /// Runs `body`, and throws an error that it reported.
  static func rethrowing<Result>(_ body: () -> Result) throws -> Result {
    let failure = BatchFailure()
    let result = $expected.withValue(Reference(failure: failure), operation: body)
    if let error = failure.error { throw error }
    return result
  }
}

extension IteratorProtocol {
  /// The next batch, or nil after the last; throws the error of a `DataLoader` that could not make
  /// it.
  ///
  ///     var batches = loader.makeIterator()
  ///     while let batch = try batches.nextBatch() { step(batch) }
  ///
  /// Also works for sequences that wrap a loader, such as `loader.prefix(10)`.
  public mutating func nextBatch() throws -> Element? {
    try BatchFailure.rethrowing { next() }
  }
}
