import Reproduction

/// Section `gpt`, which the book describes and does not train: PyTorch's script of the same name judges.
enum GPTFigures {
  static let firstLosses = FirstLosses(
    3.43830276, 3.23344398, 2.951864, 2.80486679, 2.74047065)

  static let training = TrainingFigures(parameters: "10767360")

  static let words = PublishedFigure.ours("share of the samples' words that the novel has")

  static let all: [any FigureGroup] = [firstLosses, training]
}
