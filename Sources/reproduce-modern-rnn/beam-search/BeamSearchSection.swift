import Foundation
import Gannet
import Reproduction

extension Section {
  /// Greedy, exhaustive and beam search, on the book's example and by a trained model.
  static let beamSearch = Section(
    "beam-search", title: "Beam search", reference: "10.8, beam-search", seconds: 25, epochs: 30,
    published: BeamSearchFigures.all
  ) { context in
    try context.seeded {
      var result = examples
      result.add(try searches(context))
      return result
    }
  }

  /// The book's example and drawing, and its costs of ten steps over 10,000 tokens.
  private static var examples: SectionResult {
    let (example, drawing) = (TableModel.example, TableModel.drawing)
    func best(width: Int) -> BeamHypothesis {
      example.beamSearch(after: [[0]], until: 3, maximumLength: 4, width: width)[0][0]
    }
    let (greedy, beam, wide) = (best(width: 1), best(width: 2), best(width: 256))
    let kept = (1...3).flatMap { length in
      drawing.beamSearch(after: [[0]], maximumLength: length, width: 2)[0].map { found in
        found.tokens.map { "ABCDE"[$0] }.joined(separator: " ")
      }
    }
    let published: Set = ["A", "C", "A B", "C E", "A B D", "C E D"]
    let (vocabulary, steps) = (10_000.0, 10.0)
    var result = SectionResult(figures: [
      BeamSearchFigures.greedy: exp(greedy.logProbability),
      BeamSearchFigures.better: exp(beam.logProbability),
      BeamSearchFigures.candidates: Double(published.intersection(kept).count),
      BeamSearchFigures.exhaustiveCost: pow(vocabulary, steps),
      BeamSearchFigures.greedyCost: vocabulary * steps,
      BeamSearchFigures.beamCost: 2 * vocabulary * steps,
      BeamSearchFigures.exhaustive:
        wide.score
        - example.bestScore(after: [0], length: 4, end: 3, lengthPenalty: 0.75),
    ])
    result.notes = [greedy, beam].map { found in
      let tokens = found.tokens.map { "ABC"[$0] }.joined(separator: " ")
      return .row(["the example's sequence": "\(tokens) <eos>", "score": "\(found.score)"])
    }
    return result
  }

  /// The book's model, trained, that translates the validation pairs by greedy and by beam search.
  private static func searches(_ context: SectionContext) throws -> SectionResult {
    let task = try TranslationTask(context)
    let model = task.seq2seq()
    var result = try task.result(
      of: model, BeamSearchFigures.training, title: "The model that is searched",
      learningRate: 0.005)
    let validation = task.pairs.batch(at: Array(512..<task.pairs.count))
    let greedy = task.greedy(model, validation.source, validation.sourceLengths)
    let one = task.beams(model, validation.source, validation.sourceLengths, width: 1)
    let four = task.beams(model, validation.source, validation.sourceLengths, width: 4)
    result[BeamSearchFigures.widthOne] = Double(
      zip(greedy, one).count { $0 != $1[0].tokens })
    let gains = zip(four, one).map { $0[0].score - $1[0].score }
    result[BeamSearchFigures.gain] = gains.reduce(0, +) / Double(gains.count)
    result[BeamSearchFigures.greedyBLEU] = task.corpusBLEU(of: greedy)
    result[BeamSearchFigures.beamBLEU] = task.corpusBLEU(of: four.map { $0[0].tokens })
    let (tokens, lengths) = task.sources
    let translations = task.beams(model, tokens, lengths, width: 4).map { $0[0].tokens }
    result.add(task.translated(as: translations), as: BeamSearchFigures.beam)
    return result
  }
}

extension String {
  /// The character at a place, as a string.
  fileprivate subscript(place: Int) -> String { String(Array(self)[place]) }
}
