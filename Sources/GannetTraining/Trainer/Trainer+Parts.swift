import GannetNN
import GannetTensor

extension Trainer {
  /// Takes a step on this rank's parts of a batch, together with the other ranks; returns the loss
  /// of the batch.
  ///
  /// - Throws: ``TrainingError`` on all ranks, as ``step(_:)``, where the loss of any part or the
  ///   gradient is not finite, and ``DistributionError`` where the ranks' parameters differ.
  func step(parts: [Batch?], shares: [Double], batchSize: Int) throws -> Double {
    guard let distribution, let exchange else { fail("Trainer.step: parts without a distribution") }
    forwardState.followSources()
    let before = forwardState.values
    optimizer.zeroGradients()
    exchange.begin()
    let work = PartWork(
      parts: parts, shares: shares, batchSize: batchSize, distribution: distribution,
      exchange: exchange)
    let (losses, buffers, draws) =
      forwardState.hasSynchronizedNorms ? computeTogether(work) : computeInOrder(work)
    exchange.finish()
    let partBuffers = PartBuffers(buffers, before: before.buffers)
    let all = distribution.allGather(
      losses + partBuffers.marks + draws.map { Double($0) }, for: "the losses of the parts")
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
    forwardState.passOver(
      draws.indices.map { stream in
        // Each part passes over the draws of the whole batch; the most where one differs.
        let place = width - draws.count + stream
        return UInt64(stride(from: place, to: all.count, by: width).map { all[$0] }.max()!)
      })
    optimizer.step()
    shards?.gatherValues()
    stepCount += 1
    if let comparisonInterval, stepCount % comparisonInterval == 0 { try compareParameters() }
    return total
  }

  /// The outcome of a rank's parts.
  private typealias Outcome = (losses: [Double], buffers: [[Tensor]?], draws: [UInt64])

  /// The losses of the parts, the buffers after each, and the draws that each stream has taken, all
  /// from the present state on, which stays; 0 and nil for a part without examples.
  private func computeInOrder(_ work: PartWork<Batch>) -> Outcome {
    let before = forwardState.values
    var outcome = Outcome(
      losses: work.parts.map { _ in 0 }, buffers: work.parts.map { _ in nil },
      draws: forwardState.draws(since: before))
    for place in work.parts.indices {
      if work.hasExamples(place) {
        outcome.losses[place] = BatchPart.$current.withValue(work.part(at: place)) {
          let loss = loss(of: place, in: work)
          loss.weighted.backward(filling: work.exchange.fill)
          return loss.value
        }
        note(place, since: before, in: &outcome)
        forwardState.restore(before)
      }
      work.exchange.endPart()
    }
    return outcome
  }

  /// Notes the state after a part.
  private func note(_ place: Int, since before: ForwardState.Values, in outcome: inout Outcome) {
    outcome.buffers[place] = forwardState.values.buffers
    outcome.draws = zip(outcome.draws, forwardState.draws(since: before)).map(max)
  }

  /// As ``computeInOrder(_:)`` for parts that need numbers of each other.
  private func computeTogether(_ work: PartWork<Batch>) -> Outcome {
    let before = forwardState.values
    var outcome = Outcome(
      losses: work.parts.map { _ in 0 }, buffers: work.parts.map { _ in nil },
      draws: forwardState.draws(since: before))
    let present = work.parts.indices.filter(work.hasExamples)
    let states = present.map { _ in
      PartLockstep.PartState(forward: before, gradients: parameters.map { _ in nil })
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
      BatchPart.$current.withValue(work.part(at: place)) {
        let loss = self.loss(of: place, in: work)
        loss.weighted.backward()
        outcome.losses[place] = loss.value
      }
      self.note(place, since: before, in: &outcome)
      // The last part ends when no rank has numbers left to exchange.
      if index < present.count - 1 { end(present[index + 1]) }
    }
    forwardState.restore(before)
    end(work.parts.count)
    return outcome
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
  /// The number of examples of the batch.
  let batchSize: Int
  let distribution: any Distribution
  let exchange: GradientExchange

  private func number(of place: Int) -> Int { distribution.parts.lowerBound + place }
  func share(of place: Int) -> Double { shares[number(of: place)] }
  func part(at place: Int) -> BatchPart {
    BatchPart(number(of: place), of: distribution.partCount, batchSize: batchSize)
  }
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
