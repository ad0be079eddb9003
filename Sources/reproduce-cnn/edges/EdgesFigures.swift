import Reproduction

/// Section "Convolutions for Images": ones with zeros in columns 2 to 5, the kernel (1, -1). The
/// losses and weights depend on the draw of the first weights.
enum EdgesFigures {
  static let columns = [0, 1, 0, 0, 0, -1, 0].enumerated().map { column, value in
    PublishedFigure.exact("edges, column \(column)", PrintedNumber(integerLiteral: value))
  }
  static let rowDifference = PublishedFigure.exact("edges, difference between rows", "0")
  static let transposed = PublishedFigure.exact("edges of the transpose, largest", "0")
  /// The losses of every other step.
  static let losses = [
    PublishedFigure.shown("loss, step 2", book: 16.481),
    .shown("loss, step 4", book: 5.069),
    .shown("loss, step 6", book: 1.794),
    .shown("loss, step 8", book: 0.688),
    .shown("loss, step 10", book: 0.274),
  ]
  static let weight0 = PublishedFigure.shown("weight 0", book: 1.0398)
  static let weight1 = PublishedFigure.shown("weight 1", book: -0.9328)

  // Descent shrinks the error along (1, 1) by 0.8 a step and along (1, -1) by 0.64, from weights
  // within ±1/√2: hence the bounds.
  static let lossRatio = PublishedFigure.claim(
    "loss, step 10 beside step 8", "the loss falls by these factors", 0.1677...0.4097)
  static let detectorDistance = PublishedFigure.claim(
    "distance from the detector", "remarkably close to the kernel", 0...0.111)
  static let closedFormDistance = PublishedFigure.claim(
    "distance from the closed form", "they are the same", 0...1e-5)

  static let all: [any FigureGroup] = [
    columns, rowDifference, transposed, losses, weight0, weight1, lossRatio, detectorDistance,
    closedFormDistance,
  ]
}
