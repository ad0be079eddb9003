import Reproduction

/// The justification of Winograd convolutions by default: trainings with and without them differ
/// less than trainings with two seeds.
enum WinogradFigures {
  static let accuracy = PublishedFigure.claim("exact: val_acc", "the network learns", 0.8...1)
  static let accuracyDifference = PublishedFigure.claim(
    "Winograd less exact: val_acc", "it ends at the same accuracy", -0.01...0.01)
  static let lossDifference = PublishedFigure.claim(
    "Winograd less exact: val_loss", "and at the same loss", -0.02...0.02)

  static let all: [any FigureGroup] = [accuracy, accuracyDifference, lossDifference]
}
