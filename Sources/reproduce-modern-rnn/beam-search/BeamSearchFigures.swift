import Reproduction

/// Section "Beam Search": the book's example and drawing, the costs, and searches by a trained model.
enum BeamSearchFigures {
  static let greedy = PublishedFigure.exact("probability of the greedy A B C <eos>", "0.048")
  static let better = PublishedFigure.exact("probability of A C B <eos>", "0.054")
  static let candidates = PublishedFigure.claim(
    "candidates found of A, C, A B, C E, A B D and C E D, by a beam of 2", "these six", 6...6)

  static let exhaustiveCost = PublishedFigure.exact("sequences of an exhaustive search", "1e40")
  static let greedyCost = PublishedFigure.exact("tokens scored by a greedy search", "1e5")
  static let beamCost = PublishedFigure.exact(
    "tokens scored by a beam of 2", "2e5", source: .definition)

  static let exhaustive = PublishedFigure.claim(
    "score of a wide beam less that of the best of all sequences", "exhaustive search is optimal",
    -1e-5...1e-5)
  static let widthOne = PublishedFigure.claim(
    "translations by a beam of 1 that are not the greedy ones", "greedy search is a beam of 1",
    0...0)
  static let gain = PublishedFigure.claim(
    "mean score of a beam of 4 less the greedy one's", "greedy search is not optimal", 0.001...10)

  static let greedyBLEU = PublishedFigure.ours("corpus BLEU, greedy")
  static let beamBLEU = PublishedFigure.ours("corpus BLEU, beam of 4")

  static let training = TranslationFigures(TrainingFigures())
  static let beam = TranslationFigures(TrainingFigures(variant: "beam of 4"))

  static let all: [any FigureGroup] = [
    greedy, better, candidates, exhaustiveCost, greedyCost, beamCost, exhaustive, widthOne, gain,
    greedyBLEU, beamBLEU,
  ]
}
