import Reproduction

/// Section "Batch Normalization": LeNet without padding, batches of 128.
enum BatchNormFigures {
  static let parameters = PublishedFigure.exact("parameters", "44878", source: .definition)
  static let scratch = TrainingFigures(
    variant: "scratch",
    .band(.trainLoss, book: 0.305, 0.295, 0.304, 0.310),
    .band(.validationLoss, book: 0.340, 0.325, 0.355, 0.484),
    .band(.validationAccuracy, book: 0.876, 0.825, 0.869, 0.882),
    curves: [
      .points(.trainLoss, [0.248: 0.926, 9.728: 0.305]),
      .perEpoch(
        .validationAccuracy, 0.801, 0.812, 0.837, 0.832, 0.836,
        0.857, 0.861, 0.879, 0.876, 0.876),
    ])
  static let concise = TrainingFigures(
    variant: "concise",
    .band(.trainLoss, book: 0.302, 0.295, 0.302, 0.311),
    .band(.validationLoss, book: 0.383, 0.325, 0.383, 0.504),
    .band(.validationAccuracy, book: 0.868, 0.821, 0.868, 0.882))

  static let byHand = PublishedFigure.claim(
    "by hand against the library", "they are the same", 0...1e-4)
  static let runningMeansByHand = PublishedFigure.claim(
    "running means, by hand against the library", "they are the same", 0...1e-5)
  static let varianceOf8 = PublishedFigure.claim(
    "variance of 8 vectors, the library's running one beside by hand",
    "unbiased beside biased, 8/7", 1.142...1.144)

  static let gradientBelow1 = PublishedFigure.claim(
    "batch of 1: largest gradient of the weights below",
    "nothing is learned: each hidden unit is 0", 0...0)
  static let gradientBelow2 = PublishedFigure.claim(
    "batch of 2: largest gradient of the weights below", "more examples do", 1e-4...10)
  static let batchSizes = [1, 2, 8, 64, 512]

  /// The accuracy after training in batches of one of `batchSizes`.
  static func accuracy(batchSize: Int) -> PublishedFigure {
    let name = "batches of \(batchSize): val_acc"
    return switch batchSize {
    case 1: .claim(name, "nothing is learned", 0...0.3)
    case 2: .claim(name, "their statistics are mostly noise", 0...0.6)
    case 64: .claim(name, "batches that are large enough work", 0.65...1)
    default: .ours(name)
    }
  }

  static let singleBatchNorm = PublishedFigure.claim(
    "batches of 1, batch norm of the maps: val_acc", "pixels to average over are left", 0.5...1)
  static let singleLayerNorm = PublishedFigure.claim(
    "batches of 1, layer norm: val_acc", "it does not need a batch", 0.45...1)
  static let before = PublishedFigure.claim(
    "before the activation: val_acc", "both are used", 0.75...1)
  static let after = PublishedFigure.claim(
    "after the activation: val_acc", "both are used", 0.75...1)

  static let runningMeans = PublishedFigure.claim(
    "running means against exact, in standard deviations", "running averages estimate them",
    0...0.5)
  static let runningVariances = PublishedFigure.claim(
    "running variances beside exact", "running averages estimate them", 0.8...1.3)
  static let exactAccuracy = PublishedFigure.claim(
    "exact statistics: val_acc", "stable for prediction", 0.84...1)

  static let all: [any FigureGroup] = [
    parameters, scratch, concise, byHand, runningMeansByHand, varianceOf8, gradientBelow1,
    gradientBelow2, batchSizes.map(accuracy), singleBatchNorm, singleLayerNorm, before, after,
    runningMeans, runningVariances, exactAccuracy,
  ]
}
