import Reproduction

/// Section "Dropout": 784-256-256-10, a half dropped after each hidden layer.
enum DropoutFigures {
  static let parameters = PublishedFigure.exact("parameters", "269322", source: .definition)
  static let scratch = TrainingFigures(
    variant: "scratch",
    .band(.trainLoss, book: 0.416, 0.415, 0.418, 0.424),
    .band(.validationLoss, book: 0.409, 0.394, 0.402, 0.436),
    .band(.validationAccuracy, book: 0.850, 0.832, 0.854, 0.855),
    curves: [.points(.trainLoss, [0.247: 1.466, 9.706: 0.416])])
  static let concise = TrainingFigures(
    variant: "concise",
    .band(.trainLoss, book: 0.419, 0.414, 0.417, 0.427),
    .band(.validationLoss, book: 0.429, 0.395, 0.407, 0.437),
    .band(.validationAccuracy, book: 0.837, 0.831, 0.852, 0.856),
    curves: [.points(.trainLoss, [0.247: 1.485, 9.706: 0.419])])

  static let noisyInputs = PublishedFigure.claim(
    "noisy inputs against ridge", "noise amounts to a penalty on the weights", 0...0.02)
  static let cleanInputs = PublishedFigure.claim(
    "clean inputs against ridge", "which changes them", 0.05...1)
  static let accuracyKept = PublishedFigure.claim(
    "accuracy kept under noise of 0.3 by dropout", "the function is smoother than without",
    0...0.1)

  static let all: [any FigureGroup] = [
    parameters, scratch, concise, noisyInputs, cleanInputs, accuracyKept,
  ]
}
