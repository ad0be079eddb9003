import Gannet
import Reproduction

extension Section {
  /// Recalling the first token after 20 to 200 others: plain and gated networks, their accuracies
  /// and the gradients that reach the first step.
  static let longTerm = Section(
    "long-term", title: "Long-term dependencies", reference: "9.7, bptt; 10.1, lstm", seconds: 25,
    published: LongTermFigures.all
  ) { context in
    context.seeded {
      let distances = LongTermFigures.distances
      var result = SectionResult()
      var accuracies: [Series] = []
      var gradients: [Series] = []
      let bar = context.progress("networks", total: RecallNetwork.allCases.count * distances.count)
      for network in RecallNetwork.allCases {
        let name = network.rawValue
        var runs: [RecallRun] = []
        for distance in distances {
          let run = network.run(distance: distance, limit: context.isQuick ? 2 : 1_000)
          result[network.accuracy(after: distance)] = run.accuracy
          result[.ours("\(name): gradient's norm by step 1, \(distance) before the end")] =
            run.gradientNorms[0]
          result[.ours("\(name): batches, \(distance)")] = Double(run.batches)
          runs.append(run)
          bar.advance(showing: ["accuracy": run.accuracy])
        }
        let longest = runs.last!
        result[network.gradientRatio] =
          longest.gradientNorms[0] / longest.gradientNorms[180]
        result[network.selection] = longest.selection
        result[network.untrainedSelection] = longest.untrainedSelection
        accuracies.append(
          Series(
            name, x: distances.map(Double.init), y: runs.map(\.accuracy), style: .path))
        gradients.append(
          Series(
            name, x: (0...200).map { Double(200 - $0) },
            y: longest.gradientNorms))
      }
      bar.finish()
      result.notes = [
        "biases around 0: PyTorch's",
        """
        biases by distance: of the gate that keeps ln u, u drawn from 1 to the distance, of the \
        LSTM's input gate -ln u (Tallec and Ollivier, 2018)
        """,
      ]
      result.plots = [
        Plot(
          "recall", title: "The first token told after others", x: Axis("tokens in between"),
          y: Axis("accuracy", range: 0...1.05), series: accuracies),
        Plot(
          "gradients", title: "The loss's gradient by earlier inputs, before training",
          x: Axis("steps before the last"), y: Axis("norm", log: true), series: gradients),
      ]
      return result
    }
  }
}
