/// A source of batches of which several processes can each make their share.
public protocol PartitionedBatches<Element>: ResumableBatches, Sequence {
  /// An iteration over all batches, each cut into `count` parts, of which this process makes
  /// `parts`: they have equal numbers of examples, up to one, and nil is a part without examples. A
  /// part is the same whichever process makes it.
  func makeIterator(overParts parts: Range<Int>, of count: Int) -> AnyIterator<[Element?]>
  /// An iteration over every `count`th batch, the first of which is number `rank`.
  func makeIterator(overEvery count: Int, from rank: Int) -> AnyIterator<Element>
}

extension DataLoader: PartitionedBatches {
  public func makeIterator(
    overParts parts: Range<Int>, of count: Int
  ) -> AnyIterator<[Source.Batch?]> {
    let walk = walk { try $0.parts(parts, of: count, inBatch: $1) }
    return AnyIterator { walk.next() }
  }

  public func makeIterator(overEvery count: Int, from rank: Int) -> AnyIterator<Source.Batch> {
    let walk = walk(every: count, from: rank) { try $0.batch($1) }
    return AnyIterator { walk.next() }
  }
}
