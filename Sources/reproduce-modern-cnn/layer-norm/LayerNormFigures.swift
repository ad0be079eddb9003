import Reproduction

/// The rows (1, 2) and (2, 3) under both normalizations, as section "The Transformer Architecture"
/// prints them, and what section "Batch Normalization" says of layer normalization.
enum LayerNormFigures {
  static let layerNorm = MatrixFigures(
    "layer norm", [["-1.0000", "1.0000"], ["-1.0000", "1.0000"]])
  static let batchNorm = MatrixFigures(
    "batch norm", [["-1.0000", "-1.0000"], ["1.0000", "1.0000"]])

  static let mean = PublishedFigure.claim(
    "layer norm: largest mean of a row", "a mean of 0", 0...1e-5)
  static let variance = PublishedFigure.claim(
    "layer norm: variance of a row", "and a variance of 1", 0.9999...1.0001)
  static let rowAlone = PublishedFigure.claim(
    "layer norm: a row alone against in its batch", "it does not depend on the batch", 0...1e-6)
  static let prediction = PublishedFigure.claim(
    "layer norm: training against prediction", "nor on whether it is trained", 0...0)
  static let scaled = PublishedFigure.claim(
    "layer norm: input times 10 against input", "nor on the scale of its input", 0...1e-4)
  static let batchNormRowsAlone = PublishedFigure.claim(
    "batch norm: two rows alone against in their batch", "batch norm does", 0.3...10)
  static let batchNormPrediction = PublishedFigure.claim(
    "batch norm: training against prediction", "batch norm does", 0.3...100)

  static let all: [any FigureGroup] = [
    layerNorm, batchNorm, mean, variance, rowAlone, prediction, scaled, batchNormRowsAlone,
    batchNormPrediction,
  ]
}
