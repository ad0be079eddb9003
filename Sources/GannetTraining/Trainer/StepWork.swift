import GannetData

/// The work of a step.
enum StepWork<Batch> {
  /// Batches that are accumulated; whether they are the epoch's last.
  case batches([Batch], areLast: Bool)
  /// This rank's parts of a batch, nil for one without examples, the shares of all ranks' parts in
  /// the loss, and the number of examples of the batch.
  case parts([Batch?], shares: [Double], batchSize: Int)
  /// None: the batches have ended.
  case none
  /// None: a rank is to stop.
  case stop

  var isEmpty: Bool {
    switch self {
    case .batches(let batches, _): batches.isEmpty
    case .parts: false
    case .none, .stop: true
    }
  }

  /// Whether no other step follows.
  var isLast: Bool {
    switch self {
    case .batches(_, let areLast): areLast
    case .parts: false
    case .none, .stop: true
    }
  }
}

extension Trainer {
  /// The work of the steps of an iteration of `training`, one after the other.
  func steps(of training: some Sequence<Batch>) -> () throws -> StepWork<Batch> {
    guard let distribution else {
      var iterator = training.makeIterator()
      return { [accumulationSteps] in
        var batches: [Batch] = []
        while batches.count < accumulationSteps, let batch = try iterator.nextBatch() {
          batches.append(batch)
        }
        return .batches(batches, areLast: batches.count < accumulationSteps)
      }
    }
    let batches = distribution.partitioned(training)
    var iterator = batches.makeIterator(
      overParts: distribution.parts, of: distribution.partCount)
    let start = batches.batchState
    var number = start.batch
    return { [unowned self] in
      defer { number += 1 }
      return try agreedWork(
        of: &iterator, batchSize: start.exampleCount(ofBatch: number) ?? 0, distribution)
    }
  }

  /// The next work, by agreement: all ranks take a step, stop, or throw.
  private func agreedWork(
    of iterator: inout AnyIterator<[Batch?]>, batchSize: Int, _ distribution: any Distribution
  ) throws -> StepWork<Batch> {
    let next = try distribution.together(for: "the batch of step \(stepCount)") {
      try iterator.nextBatch()
    }
    let weights = (next ?? []).map { $0.map(objective.weight) ?? -1 }
    let unknown = [Double](repeating: -1, count: distribution.parts.count - weights.count)
    let all = distribution.allGather(
      [isStopping ? 1 : 0] + weights + unknown, for: "the beginning of step \(stepCount)")
    let width = all.count / distribution.rankCount
    isStopping = stride(from: 0, to: all.count, by: width).contains { all[$0] == 1 }
    if isStopping { return .stop }
    guard let next else { return .none }
    let known = all.indices.filter { $0 % width > 0 }.map { all[$0] < 0 ? nil : all[$0] }
    return .parts(next, shares: shares(ofWeights: known), batchSize: batchSize)
  }

  /// Takes a step; returns its loss.
  func step(_ work: StepWork<Batch>) throws -> Double {
    switch work {
    case .parts(let parts, let shares, let batchSize):
      try step(parts: parts, shares: shares, batchSize: batchSize)
    case .batches(let batches, _): try step(accumulating: batches)
    case .none, .stop: try step(accumulating: [])
    }
  }
}
