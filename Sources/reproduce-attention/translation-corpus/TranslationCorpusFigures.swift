import Reproduction

/// Section `translation-corpus`, which is not the book's: PyTorch's script of the same name judges.
enum TranslationCorpusFigures {
  static let firstLosses = FirstLosses(
    7.53910351, 7.5123167, 7.44292259, 7.43483973, 7.32100582)

  static let training = TrainingFigures(parameters: "6597044")

  static let greedy = PublishedFigure.ours("greedy corpus BLEU of the held-out sentences")
  static let beam = PublishedFigure.ours("corpus BLEU by a beam of 4")
  static let gain = PublishedFigure.ours("gain by the beam")

  static let all: [any FigureGroup] = [firstLosses, training, greedy, beam]
}
