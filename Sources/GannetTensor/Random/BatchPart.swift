/// A part of a batch that is computed by itself, as on one of several ranks.
///
/// Layers draw for it what they would draw for its examples in the whole batch: of draws for tensors
/// whose leading axis, or the outermost part of it, is the batch, each part takes those of its
/// examples. Where time comes first, a part's draws are among those of the whole batch, and no other
/// part's, but those of other elements. Draws whose number is no multiple of the examples', such as
/// a single number for all, are the same in each part.
package struct BatchPart: Sendable {
  /// The part's examples among those of the batch.
  package let examples: Range<Int>
  /// The number of examples of the batch.
  package let batchSize: Int

  /// The part that this task computes; nil for a whole batch.
  @TaskLocal package static var current: BatchPart?

  /// The part `number` of `count` parts of equal sizes, up to one example.
  package init(_ number: Int, of count: Int, batchSize: Int) {
    examples = batchSize * number / count..<batchSize * (number + 1) / count
    self.batchSize = batchSize
  }

  /// The first of `count` draws for the part, and their number, among those for the whole batch.
  func draws(_ count: Int) -> (offset: Int, total: Int) {
    guard !examples.isEmpty, count % examples.count == 0 else { return (0, count) }
    let each = count / examples.count
    return (each * examples.lowerBound, each * batchSize)
  }
}
