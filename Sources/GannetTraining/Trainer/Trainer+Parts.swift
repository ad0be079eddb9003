import GannetNN
import GannetTensor

extension Trainer {
  /// Takes a step on this rank's parts of a batch, together with the other ranks; returns the loss
  /// of the batch.
  ///
  /// - Throws: ``TrainingError`` on all ranks, as ``step(_:)``, where the loss of any part or the
  ///   gradient is not finite, and ``DistributionError`` where the ranks' parameters differ.
  func step(parts: [Batch?], shares: [Double]) throws -> Double {
    guard let distribution, let exchange else { fail("Trainer.step: parts without a distribution") }
    let before = forwardState.values
    let streams = forwardState.takeStreams(ofParts: distribution.partCount)
    optimizer.zeroGradients()
    exchange.begin()
    let work = PartWork(
      parts: parts, shares: shares, streams: streams, distribution: distribution,
      exchange: exchange)
    let (losses, buffers) =
      forwardState.hasSynchronizedNorms ? computeTogether(work) : computeInOrder(work)
    exchange.finish()
    let partBuffers = PartBuffers(buffers, before: before.buffers)
    let all = distribution.allGather(losses + partBuffers.marks, for: "the losses of the parts")
    let width = all.count / distribution.rankCount
    let total = shares.indices.reduce(0) { sum, number in
      let (rank, place) = number.quotientAndRemainder(dividingBy: losses.count)
      return sum + shares[number] * all[rank * width + place]
    }
    guard total.isFinite else {
      forwardState.restore(before)
      let broken = parameters.filter { $0.value.nonFiniteCount > 0 }
      throw error(.loss(total, broken: names(of: broken)))
    }
    guard clipFiniteGradients() else {
      forwardState.restore(before)
      throw error(.gradient(loss: total, parameters: names(of: parameters.withNonFiniteGradients)))
    }
    let marks = stride(from: losses.count, to: all.count, by: width).map {
      all[$0..<$0 + partBuffers.marks.count]
    }
    let means = partBuffers.means(
      marks, partCount: shares.count { $0 > 0 }, over: distribution)
    for (buffer, mean) in zip(forwardState.buffers, means) { if let mean { buffer.value = mean } }
    optimizer.step()
    shards?.gatherValues()
    stepCount += 1
    if let comparisonInterval, stepCount % comparisonInterval == 0 { try compareParameters() }
    return total
  }

  /// The losses of the parts and the buffers after each, which start from the present ones; 0 and nil
  /// for a part without examples.
  private func computeInOrder(_ work: PartWork<Batch>) -> (losses: [Double], buffers: [[Tensor]?]) {
    let before = forwardState.values
    var losses = [Double](repeating: 0, count: work.parts.count)
    var buffers = [[Tensor]?](repeating: nil, count: work.parts.count)
    for place in work.parts.indices {
      if work.hasExamples(place) {
        losses[place] = forwardState.drawing(from: work.streams(of: place)) {
          let loss = loss(of: place, in: work)
          loss.weighted.backward(filling: work.exchange.fill)
          return loss.value
        }
        buffers[place] = forwardState.values.buffers
        forwardState.restoreBuffers(before)
      }
      work.exchange.endPart()
    }
    return (losses, buffers)
  }

  /// As ``computeInOrder(_:)`` for parts that need numbers of each other.
  private func computeTogether(
    _ work: PartWork<Batch>
  ) -> (losses: [Double], buffers: [[Tensor]?]) {
    let before = forwardState.values
    var losses = [Double](repeating: 0, count: work.parts.count)
    var buffers = [[Tensor]?](repeating: nil, count: work.parts.count)
    let present = work.parts.indices.filter(work.hasExamples)
    let states = present.map {
      PartLockstep.PartState(
        forward: forwardState.values(drawingFrom: work.streams(of: $0)),
        gradients: parameters.map { _ in nil })
    }
    let lockstep = PartLockstep(states, over: work.distribution) { [forwardState, parameters] in
      PartLockstep.PartState(
        forward: forwardState.values, gradients: parameters.map(\.gradient))
    } enter: { [forwardState, parameters] state in
      forwardState.restore(state.forward)
      for (parameter, gradient) in zip(parameters, state.gradients) {
        parameter.gradient = gradient
      }
    }
    var ended = 0
    func end(_ count: Int) {
      for _ in ended..<count { work.exchange.endPart() }
      ended = count
    }
    // Parts without examples end with the one before, while no gradients wait to be taken.
    if let first = present.first { end(first) }
    lockstep.run { index in
      let place = present[index]
      let loss = self.loss(of: place, in: work)
      loss.weighted.backward()
      losses[place] = loss.value
      buffers[place] = self.forwardState.values.buffers
      // The last part ends when no rank has numbers left to exchange.
      if index < present.count - 1 { end(present[index + 1]) }
    }
    forwardState.restore(before)
    end(work.parts.count)
    return (losses, buffers)
  }

  private func loss(
    of place: Int, in work: PartWork<Batch>
  ) -> (value: Double, weighted: Tensor) {
    let loss = objective.loss((), work.parts[place]!)
    return (Double(loss.scalar), loss * Float(work.share(of: place)))
  }

  /// Throws where a rank's parameters are not those of rank 0.
  func compareParameters() throws {
    guard let distribution else { return }
    let halves = parameters.flatMap { parameter -> [Double] in
      let hash = parameter.value.hash
      return [Double(hash >> 32), Double(hash & 0xffff_ffff)]
    }
    let all = distribution.allGather(halves, for: "the comparison of the parameters")
    for rank in 1..<max(1, distribution.rankCount) {
      let own = all[rank * halves.count..<(rank + 1) * halves.count]
      guard let place = zip(own, all).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
        continue
      }
      throw DistributionError.differingParameters(
        rank: rank, parameter: names(of: parameters)[place / 2], steps: stepCount)
    }
  }
}

/// The parts of a batch that a rank computes.
private struct PartWork<Batch> {
  let parts: [Batch?]
  /// The shares of all ranks' parts in the loss.
  let shares: [Double]
  /// The streams of all ranks' parts.
  let streams: [ForwardState.PartStreams]
  let distribution: any Distribution
  let exchange: GradientExchange

  private func number(of place: Int) -> Int { distribution.parts.lowerBound + place }
  func share(of place: Int) -> Double { shares[number(of: place)] }
  func streams(of place: Int) -> ForwardState.PartStreams { streams[number(of: place)] }
  func hasExamples(_ place: Int) -> Bool { parts[place] != nil && share(of: place) > 0 }
}

extension Tensor {
  /// A hash of the bits of the elements, equal in all processes (FNV-1a, by elements).
  fileprivate var hash: UInt64 {
    withScalars { scalars in
      scalars.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 }
    }
  }
}
