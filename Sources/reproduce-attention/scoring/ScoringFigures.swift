import Reproduction

/// Section "Attention Scoring Functions": masked softmax, and both scores on the book's shapes.
enum ScoringFigures {
  static let masked = PublishedFigure.claim(
    "masked softmax: largest weight behind the valid lengths", "zero", 0...0)
  static let maskedRows = PublishedFigure.claim(
    "masked softmax: largest difference of a row's sum from 1", "a distribution over keys", 0...1e-6
  )
  static let nothing = MatrixFigures(
    "masked softmax: a query without keys", [["0.25", "0.25", "0.25", "0.25"]],
    source: .definition)
  static let product = SizeFigures("batched product", "2", "3", "6")

  static let variance = PublishedFigure.claim(
    "scaled dot product: variance of the scores of 512 features", "it remains 1", 0.9...1.1)
  static let unscaled = PublishedFigure.claim(
    "dot product: variance of the scores over the number of features", "it is the length",
    0.9...1.1)

  static let dotShape = SizeFigures("dot-product attention", "2", "1", "4")
  static let additiveShape = SizeFigures("additive attention", "2", "1", "4")
  static let formula = PublishedFigure.claim(
    "additive attention: difference from its formula", "an MLP with one hidden layer", 0...1e-5)

  /// The first edition's values: all keys are alike, so that the mean of the visible values results.
  static let dotOutput = MatrixFigures("dot-product attention, keys alike", means)
  static let additiveOutput = MatrixFigures("additive attention, keys alike", means)
  static let alike = PublishedFigure.claim(
    "keys alike: largest difference of a weight from 1/2 and 1/6", "uniform over the visible keys",
    0...1e-7)

  static let all: [any FigureGroup] = [
    masked, maskedRows, nothing, product, variance, unscaled, dotShape, additiveShape, formula,
    dotOutput, additiveOutput, alike,
  ]

  private static let means: [[PrintedNumber]] = [
    ["2.0000", "3.0000", "4.0000", "5.0000"], ["10.0000", "11.0000", "12.0000", "13.0000"],
  ]
}
