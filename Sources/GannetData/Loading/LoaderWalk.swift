import GannetTensor

/// An iteration over batches of an epoch of a loader, or over items that are made in their place.
final class LoaderWalk<Source: Dataset, Item> {
  private let loader: DataLoader<Source>
  private let items: Prefetcher<Item>
  private let stride: Int
  private var index: Int

  init(
    _ loader: DataLoader<Source>, every stride: Int, from start: Int,
    _ make: @escaping @Sendable (LoaderEpoch<Source>, Int) throws -> sending Item
  ) {
    self.loader = loader
    self.stride = stride
    index = start
    let epoch = LoaderEpoch(loader)
    let count = max(0, loader.batchCount - start + stride - 1) / stride
    items = Prefetcher(
      range: 0..<count, depth: loader.prefetch, workers: loader.workers,
      make: { try make(epoch, start + $0 * stride) })
  }

  /// The next item, or nil after the last; reports the error of one that cannot be made.
  func next() -> Item? {
    let item: Item?
    do { item = try items.next() } catch {
      return BatchFailure.report(error, from: "DataLoader")
    }
    loader.advance(self, past: item == nil ? nil : index)
    if item != nil { index += stride }
    return item
  }
}

/// Everything that workers need to make the batches of an epoch.
struct LoaderEpoch<Source: Dataset>: Sendable {
  private let dataset: Source
  private let batchSize: Int
  private let order: EpochOrder?
  private let streams: EpochStreams

  init(_ loader: DataLoader<Source>) {
    let epoch = loader.position.epoch
    dataset = loader.dataset
    batchSize = loader.batchSize
    let (stream, count) = (loader.stream, loader.dataset.count)
    if let lengths = loader.lengths {
      order = EpochOrder(
        lengths: lengths, batchSize: batchSize, stream: loader.isShuffled ? stream : nil,
        epoch: epoch)
    } else {
      order = loader.isShuffled ? EpochOrder(count: count, stream: stream, epoch: epoch) : nil
    }
    streams = EpochStreams(loader.stream, epoch: epoch)
  }

  func batch(_ index: Int) throws -> sending Source.Batch {
    try batch(examples(ofBatch: index), seed: streams.seed(ofBatch: index))
  }

  /// The parts `parts` of a batch that is cut into `count` parts of equal sizes, up to one example;
  /// nil for one without examples.
  func parts(_ parts: Range<Int>, of count: Int, inBatch index: Int) throws
    -> sending [Source
    .Batch?]
  {
    let all = examples(ofBatch: index)
    var made: [Source.Batch?] = []
    for part in parts {
      let own = BatchPart(part, of: count, batchSize: all.count).examples
      let range = all.lowerBound + own.lowerBound..<all.lowerBound + own.upperBound
      made.append(
        range.isEmpty
          ? nil : try batch(range, seed: streams.seed(ofBatch: index, part: part)))
    }
    return made
  }

  private func examples(ofBatch index: Int) -> Range<Int> {
    index * batchSize..<min(dataset.count, (index + 1) * batchSize)
  }

  private func batch(_ range: Range<Int>, seed: UInt64) throws -> sending Source.Batch {
    let indices = order.map { Array($0.indices[range]) } ?? Array(range)
    let exampleStreams = indices.map { streams[example: $0] }
    return try withRandomSeed(seed) { try dataset.batch(at: indices, using: exampleStreams) }
  }
}
