import Foundation
import GannetData
import GannetNN

extension Trainer {
  /// Evaluates on `batches` in evaluation mode. By default measurements are unweighted means over
  /// the batches, as in the book, so a smaller last batch counts as much as the others; see
  /// ``evaluationMean``. ``metrics`` are those of all examples.
  ///
  /// On several ranks, all must call it, and each measures its share of the batches; with metrics,
  /// each measures all.
  ///
  /// - Throws: ``TrainingError`` where there is no batch, and errors of a data set.
  public func evaluate<Batches: Sequence<Batch>>(_ batches: Batches) throws -> [String: Double] {
    let sharing = metrics == nil ? distribution : nil
    let metrics = self.metrics?.start()
    func measure() throws -> [BatchMeasurements] {
      var measured: [BatchMeasurements] = []
      var iterator = Self.iterator(over: batches, sharing: sharing)
      while let batch = try iterator.nextBatch() {
        let evaluation = objective.evaluation((), batch)
        measured.append(
          BatchMeasurements(
            weight: evaluationMean == .overExamples ? objective.weight(batch) : 1,
            names: evaluation.measurements.map(\.name),
            values: evaluation.measurements.map(\.value)))
        metrics?.add(batch, evaluation.predictions)
      }
      return measured
    }
    return try model.evaluating {
      let measured: [BatchMeasurements]
      if let distribution {
        let own = try distribution.together(for: "an evaluation", measure)
        measured = sharing == nil ? own : try distribution.interleaved(own)
      } else {
        measured = try measure()
      }
      guard !measured.isEmpty else { throw error(.emptyValidationSet) }
      return means(of: measured).merging(metrics?.values() ?? [:]) { $1 }
    }
  }

  private func means(of measured: [BatchMeasurements]) -> [String: Double] {
    let geometric = evaluationMean == .overExamples ? objective.geometricMeans : []
    var means: [String: WeightedMean] = [:]
    for batch in measured where batch.weight > 0 {
      for (name, value) in zip(batch.names, batch.values) {
        means[name, default: WeightedMean(isGeometric: geometric.contains(name))]
          .add(value, weight: batch.weight)
      }
    }
    return means.mapValues(\.value)
  }

  /// The iterator over all batches, or over this rank's share of them.
  private static func iterator<Batches: Sequence<Batch>>(
    over batches: Batches, sharing distribution: (any Distribution)?
  ) -> AnyIterator<Batch> {
    guard let distribution else { return AnyIterator(batches.makeIterator()) }
    let (rank, count) = (distribution.rank, distribution.rankCount)
    if let loader = batches as? any PartitionedBatches<Batch> {
      return loader.makeIterator(overEvery: count, from: rank)
    }
    return AnyIterator(
      batches.lazy.enumerated().filter { $0.offset % count == rank }.map(\.element).makeIterator())
  }
}

/// The measurements of a batch of an evaluation.
private struct BatchMeasurements: Codable {
  let weight: Double
  let names: [String]
  let values: [Double]
}

extension Distribution {
  /// The measurements of all ranks in the order of the batches, of which each rank has every
  /// ``rankCount``th, so that their sums are those of one rank.
  fileprivate func interleaved(_ own: [BatchMeasurements]) throws -> [BatchMeasurements] {
    let all = try (0..<rankCount).map {
      try broadcast(own, from: $0, for: "the results of an evaluation")
    }
    return (0..<(all.map(\.count).max() ?? 0)).flatMap { place in
      all.compactMap { place < $0.count ? $0[place] : nil }
    }
  }
}
