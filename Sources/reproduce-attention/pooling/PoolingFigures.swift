import Reproduction

/// Section "Attention Pooling by Similarity": 40 noisy points of a curve; and the first edition's
/// learned width. Bounds of random values are those of 2,000 seeds in NumPy.
enum PoolingFigures {
  /// The kernels at the distances 0, 0.5, 1 and 2.
  static let kernels = [
    MatrixFigures(
      "Gaussian kernel", [["1", "0.8825", "0.6065", "0.1353"]], source: .definition),
    MatrixFigures("boxcar kernel", [[1, 1, 0, 0]], source: .definition),
    MatrixFigures("constant kernel", [[1, 1, 1, 1]], source: .definition),
    MatrixFigures("Epanechikov kernel", [["1", "0.5", "0", "0"]], source: .definition),
  ]

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "the weights are normalized",
    0...1e-5)
  static let constant = PublishedFigure.claim(
    "constant kernel: difference from the values' mean", "it gives the mean", 0...1e-5)
  static let likeness = PublishedFigure.claim(
    "largest difference among the three others, root mean square",
    "three kernels with similar, workable estimates", 0...1.1)
  static let useful = PublishedFigure.claim(
    "error of the mean less the largest of the three others, root mean square",
    "only the constant one is of no use", 0...0.6)

  static let lowest = PublishedFigure.shown("Gaussian: lowest estimate", book: 1.97)
  static let highest = PublishedFigure.shown("Gaussian: highest estimate", book: 3.24)
  static let smoothing = PublishedFigure.claim(
    "Gaussian: range of the estimates over that of the curve", "smoother than the curve",
    0.07...0.67)

  static let narrowLowest = PublishedFigure.shown("width 0.1: lowest estimate", book: -0.08)
  static let narrowHighest = PublishedFigure.shown("width 0.1: highest estimate", book: 4.32)
  static let roughness = PublishedFigure.claim(
    "steps between estimates, width 0.1 over width 1", "narrower is less smooth", 3...35)
  static let focus = PublishedFigure.claim(
    "least growth of the number of points that count, from width to width",
    "narrower looks at fewer points", 2...3)

  static let firstLoss = PublishedFigure.shown("learned width: first loss", book: 32.92)
  static let lastLoss = PublishedFigure.shown("learned width: last loss", book: 13.65)
  static let learning = PublishedFigure.claim(
    "learned width: last loss over the first", "learned to fit the data", 0...0.75)
  static let sharpening = PublishedFigure.claim(
    "learned width: points that count, after training over before",
    "large weights are in a smaller region", 0...0.6)

  static let identity = PublishedFigure.claim(
    "queries that are keys, and weights at their own key alone: the rest's weight",
    "the identity's heat map", 0...0)

  static let all: [any FigureGroup] = [
    kernels, rows, constant, likeness, useful, lowest, highest, smoothing, narrowLowest,
    narrowHighest, roughness, focus, firstLoss, lastLoss, learning, sharpening, identity,
  ]
}
