import Gannet
import Reproduction

extension Section {
  /// Language models of memory cells from raw tensors and from layers, and their gates.
  static let lstm = Section(
    "lstm", title: "Long short-term memory", reference: "10.1, lstm", seconds: 25, epochs: 50,
    published: LSTMFigures.all
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let size = task.vocabulary.count
      let byHand = LSTMByHand(size, 32)
      let network = LSTM(size, 32)
      var result = try task.results(
        of: byHand, LSTMFigures.scratch, and: network, LSTMFigures.concise, title: "An LSTM")

      let twin = LSTM(size, 32)
      twin.weights[0][0].copy(byHand.gates)
      result[LSTMFigures.byHand] = byHand.difference(
        from: twin, on: task.sample)
      result.add(ForcedLSTM().figures)
      result.add(readGates(of: network, task))
      return result
    }
  }

  /// The gates of a trained network over validation text, and a picture of them over a phrase.
  private static func readGates(of network: LSTM, _ task: LanguageTask) -> SectionResult {
    let reading = LSTMReading(network, task.sample)
    let gates = stack([reading.input, reading.forget, reading.output])
    var result = SectionResult(figures: [
      LSTMFigures.smallestGate: Double(gates.min().scalar),
      LSTMFigures.largestGate: Double(gates.max().scalar),
      LSTMFigures.largestNode: Double(abs(reading.node).max().scalar),
      LSTMFigures.largestState: Double(abs(reading.states).max().scalar),
      .ours("largest cell"): Double(abs(reading.cells).max().scalar),
      LSTMFigures.statesFromGates:
        largestDifference(reading.output * tanh(reading.cells), reading.states),
      LSTMFigures.cellLikeness: likeness(reading.cells),
      LSTMFigures.stateLikeness: likeness(reading.states),
    ])
    result[LSTMFigures.likenessDifference] =
      result[LSTMFigures.cellLikeness]! - result[LSTMFigures.stateLikeness]!
    let phrase = task.phrase
    let shown = LSTMReading(network, phrase.tokens)
    result.plots = [
      phrase.plot(
        "The gates of an LSTM of 32 units",
        ["input": shown.input, "forget": shown.forget, "output": shown.output])
    ]
    return result
  }

  /// The mean cosine between a memory, `[T, N, H]`, at a step and at the next.
  private static func likeness(_ memory: Tensor) -> Double {
    let steps = memory.shape[0]
    let (before, after) = (memory[0..<steps - 1], memory[1..<steps])
    let norms = before.norm(along: 2) * after.norm(along: 2)
    return Double(((before * after).sum(along: 2) / norms).mean().scalar)
  }
}
