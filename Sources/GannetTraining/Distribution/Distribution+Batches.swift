import GannetData
import GannetTensor

extension Distribution {
  /// `training` as batches that can be cut; stops where they cannot.
  func partitioned<Batch>(_ training: some Sequence<Batch>) -> any PartitionedBatches<Batch> {
    guard let batches = training as? any PartitionedBatches<Batch> else {
      fail(
        "Trainer.fit: with a distribution, the training set is to be a DataLoader, which cuts each "
          + "batch into parts, not \(type(of: training))")
    }
    return batches
  }

  /// Gives all ranks the position and the streams of rank 0 in `training`; stops where the ranks'
  /// batches differ.
  func agree<Batch>(on training: some Sequence<Batch>) throws {
    let batches = partitioned(training)
    let own = batches.batchState
    requireEqual(
      [
        "\(own.exampleCount ?? 0) examples", "batches of \(own.batchSize ?? 0)",
        own.isShuffled == true ? "shuffled" : "in order",
      ], "training set")
    let first = try broadcast(own, for: "the position in the training set")
    if first != own { batches.batchState = first }
  }
}
