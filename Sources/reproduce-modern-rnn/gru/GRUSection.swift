import Gannet
import Reproduction

extension Section {
  /// Language models of gated recurrent units from raw tensors and from layers, and their gates.
  static let gru = Section(
    "gru", title: "Gated recurrent units", reference: "10.2, gru", seconds: 25, epochs: 50,
    published: GRUFigures.all
  ) { context in
    try context.seeded {
      let task = try LanguageTask(context)
      let size = task.vocabulary.count
      let byHand = GRUByHand(size, 32)
      let network = GRU(size, 32)
      var result = try task.results(
        of: byHand, GRUFigures.scratch, and: network, GRUFigures.concise, title: "A GRU")

      for (figure, isBefore) in [(GRUFigures.byHand, true), (GRUFigures.resetBehind, false)] {
        let twin = GRU(size, 32, resetBeforeProduct: isBefore)
        twin.weights[0][0].copy(byHand.gates)
        result[figure] = byHand.difference(from: twin, on: task.sample)
      }
      result[GRUFigures.besideLSTM] =
        Double(network.parameters.scalarCount) / Double(LSTM(size, 32).parameters.scalarCount)
      result.add(ForcedGRU().figures)
      result.add(readGates(of: network, task))
      return result
    }
  }

  /// The gates of a trained network over validation text, and a picture of them over a phrase.
  private static func readGates(of network: GRU, _ task: LanguageTask) -> SectionResult {
    let reading = GRUReading(network, task.sample)
    let gates = stack([reading.reset, reading.update])
    let steps = reading.states.shape[0]
    let (before, after) = (reading.states[0..<steps - 1], reading.states[1..<steps])
    let candidate = reading.candidate[1..<steps]
    // A point between two others: the ways to it from both are the way between them.
    let detour = abs(after - before) + abs(after - candidate) - abs(before - candidate)
    var result = SectionResult(figures: [
      GRUFigures.smallestGate: Double(gates.min().scalar),
      GRUFigures.largestGate: Double(gates.max().scalar),
      GRUFigures.largestCandidate: Double(abs(reading.candidate).max().scalar),
      GRUFigures.detour: Double(detour.max().scalar),
    ])
    let phrase = task.phrase
    let shown = GRUReading(network, phrase.tokens)
    result.plots = [
      phrase.plot(
        "The gates of a GRU of 32 units", ["reset": shown.reset, "update": shown.update])
    ]
    return result
  }
}
