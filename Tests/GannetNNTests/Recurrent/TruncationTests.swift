import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Three kinds of truncated backpropagation through time (the book's section 9.7).
@Suite struct TruncationTests {
  private let x = Tensor(hash: 1, [12, 2, 3])

  @Test func factorsAreAsDocumented() {
    #expect(Truncation.every(3).factors(steps: 7) == [1, 1, 1, 0, 1, 1, 0])
    #expect(Truncation.every(7).factors(steps: 7).allSatisfy { $0 == 1 })
    #expect(Truncation.unbiased(keeping: 1).factors(steps: 4) == [1, 1, 1, 1])
    let segments = withRandomSeed(1) { Truncation.randomSegments(2...4) }
    var lengths: Set<Int> = []
    for _ in 0..<20 {
      let factors = segments.factors(steps: 50)
      #expect(factors[0] == 1 && factors.allSatisfy { $0 == 0 || $0 == 1 })
      let cuts = [0] + factors.indices.filter { factors[$0] == 0 }
      for (a, b) in zip(cuts, cuts.dropFirst()) { lengths.insert(b - a) }
    }
    #expect(lengths == [2, 3, 4])
    let unbiased = withRandomSeed(1) { Truncation.unbiased(keeping: 0.25) }
    let draws = (0..<200).flatMap { _ in unbiased.factors(steps: 101).dropFirst() }
    #expect(draws.allSatisfy { $0 == 0 || $0 == 4 })
    #expect(abs(draws.reduce(0, +) / 20_000 - 1) < 0.05)
  }

  /// Regular truncation is a loop over segments with detached states.
  @Test func regularTruncationDetachesEverySegment() {
    let lstm = LSTM(3, 5, layers: 2)
    let output = lstm(x, truncation: .every(4)).output
    let seed = Tensor(hash: upstreamSeed, output.shape)
    output.backward(seed: seed)
    let own = lstm.parameters.map { $0.gradient! }
    for parameter in lstm.parameters { parameter.gradient = nil }
    var state: LSTMState?
    for segment in 0..<3 {
      let steps = 4 * segment..<4 * segment + 4
      let (part, last) = lstm(x[steps], state: state)
      expectIdentical(part, output[steps])
      part.backward(seed: seed[steps])
      state = last.detached()
    }
    for (gradient, parameter) in zip(own, lstm.parameters) {
      expectClose(gradient, parameter.gradient!, tolerance: 5e-6, parameter.name)
    }
  }

  /// The factors act in the layer as they do in a loop of cells.
  @Test func aLoopByHandIsCutAlike() {
    let gru = GRU(3, 5)
    let cell = GRUCell(3, 5)
    for (a, b) in zip(gru.parameters, cell.parameters) { b.value = a.value.detached() }
    let truncation = withRandomSeed(4) { Truncation.unbiased(keeping: 0.5) }
    let before = truncation.stream
    let output = gru(x, truncation: truncation).output
    truncation.stream = before
    let seed = Tensor(hash: upstreamSeed, output.shape)
    output.backward(seed: seed)
    var state: Tensor?
    var outputs: [Tensor] = []
    for (step, factor) in truncation.factors(steps: 12).enumerated() {
      state = cell(x[step], state: state?.scalingGradient(by: factor))
      outputs.append(state!)
    }
    stack(outputs).backward(seed: seed)
    for (a, b) in zip(gru.parameters, cell.parameters) {
      expectClose(a.gradient!, b.gradient!, tolerance: 5e-6, a.name)
    }
  }

  /// Steps beyond a sequence's end hand no gradient on, so their factors do not act.
  @Test(arguments: [1, 2]) func factorsBeyondTheEndDoNotAct(_ directions: Int) {
    let lstm = LSTM(3, 5, isBidirectional: directions == 2)
    func gradient(_ steps: Int, _ lengths: IntTensor?) -> [Tensor] {
      let shape: Shape = [directions, 2, 5]
      let start = LSTMState(
        hidden: Tensor(hash: 2, shape).requiringGradient(),
        cell: Tensor(hash: 3, shape).requiringGradient())
      let (_, last) = lstm(x[0..<steps], state: start, lengths: lengths, truncation: .every(4))
      (last.hidden * Tensor(hash: 4, shape) + last.cell).sum().backward()
      return [start.hidden.gradient!, start.cell.gradient!]
    }
    for (padded, alone) in zip(gradient(12, IntTensor([3, 3])), gradient(3, nil)) {
      expectClose(padded, alone, tolerance: 1e-6)
      #expect(padded.scalars.allSatisfy { $0 != 0 })
    }
  }

  /// The mean of many estimates comes as near to the full gradient as their spread lets it; what regular
  /// truncation gives lies elsewhere.
  @Test func theRandomizedEstimatorIsUnbiased() {
    let rnn = withRandomSeed(6) { RNN(3, 4) }
    let steps = x[0..<6]
    func gradient(_ truncation: Truncation?) -> [Float] {
      rnn.weights[0][0].stateWeight.gradient = nil
      let output = rnn(steps, truncation: truncation).output
      output.backward(seed: Tensor(hash: upstreamSeed, output.shape))
      return rnn.weights[0][0].stateWeight.gradient!.scalars
    }
    let full = gradient(nil)
    let truncation = withRandomSeed(7) { Truncation.unbiased(keeping: 0.6) }
    let count = 4_000
    var (sums, squares) = ([Double](repeating: 0, count: 16), [Double](repeating: 0, count: 16))
    for _ in 0..<count {
      for (index, value) in gradient(truncation).enumerated() {
        sums[index] += Double(value)
        squares[index] += Double(value) * Double(value)
      }
    }
    let cut = gradient(.every(2))
    var (deviation, bias) = (0.0, 0.0)
    for index in 0..<16 {
      let mean = sums[index] / Double(count)
      let error = ((squares[index] / Double(count) - mean * mean) / Double(count)).squareRoot()
      #expect(abs(mean - Double(full[index])) < 4.5 * error, "element \(index)")
      deviation += (mean - Double(full[index])) * (mean - Double(full[index]))
      bias += Double((cut[index] - full[index]) * (cut[index] - full[index]))
    }
    #expect(deviation < bias / 20)
  }

  @Test func badSettingsStop() async {
    let length = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Truncation.every(0)
    }
    expectMessage(length, "Truncation: every 0 steps")
    let probability = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Truncation.unbiased(keeping: 0)
    }
    expectMessage(probability, "Truncation: probability 0.0, expected above 0, to 1")
  }
}
