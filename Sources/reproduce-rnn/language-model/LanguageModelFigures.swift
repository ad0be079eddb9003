import Reproduction

/// Section "Language Models": windows of 32 as examples.
enum LanguageModelFigures {
  static let machine = PublishedFigure.exact("machin is to predict achine", "1")
  static let trainingBatches = PublishedFigure.exact("training batches of 1,024", "10")
  static let validationBatches = PublishedFigure.exact("validation batches of 1,024", "5")
  static let shifted = PublishedFigure.exact(
    "targets that are the inputs shifted by one", "1", source: .definition)
  static let unseenRandom = PublishedFigure.claim(
    "tokens in no window, random sampling", "all but the ends are seen", 0...63)
  static let unseenSequential = PublishedFigure.claim(
    "tokens in no window, sequential partition", "all but the ends are seen", 0...127)
  static let goingOnSequential = PublishedFigure.exact(
    "rows that go on from batch to batch, sequential partition", "1", source: .definition)
  static let goingOnRandom = PublishedFigure.claim(
    "rows that go on from batch to batch, random sampling", "by chance alone", 0...0.2)

  static let all: [any FigureGroup] = [
    machine, trainingBatches, validationBatches, shifted, unseenRandom, unseenSequential,
    goingOnSequential, goingOnRandom,
  ]
}
