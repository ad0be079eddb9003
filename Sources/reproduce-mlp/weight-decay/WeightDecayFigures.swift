import Reproduction

/// Section "Weight Decay": 200 inputs, 20 examples; the norm is half the squared L2 norm.
///
/// The losses of the scratch version contain the penalty, as the book's do. References are of
/// `scripts/references/measure weight-decay`.
enum WeightDecayFigures {
  static let free = TrainingFigures(
    variant: "scratch λ=0",
    .reference(.trainLoss, book: 4.4e-5, 4.96e-6, 1.04e-5, 4.13e-5),
    .band(.validationLoss, book: 0.0219, 0.0146, 0.0200, 0.0240),
    curves: [
      .points(.trainLoss, [0.125: 0.0283, 9.625: 4.4e-5]),
      .points(.validationLoss, [1: 0.0226, 10: 0.0219]),
    ])
  static let freeNorm = PublishedFigure.band("scratch λ=0 norm", book: 0.00995, 0.0085, nil, 0.0113)
  static let decayed = TrainingFigures(
    variant: "scratch λ=3",
    .reference(.trainLoss, book: 0.0067, 0.00431, 0.00551, 0.00660),
    .reference(.validationLoss, book: 0.0167, 0.0111, 0.0146, 0.0173),
    curves: [
      .points(.trainLoss, [0.125: 0.0632, 9.625: 0.0067]),
      .points(.validationLoss, [1: 0.0474, 10: 0.0167]),
    ])
  static let decayedNorm = PublishedFigure.band(
    "scratch λ=3 norm", book: 0.00173, 0.00115, nil, 0.00185)
  static let l1 = TrainingFigures(variant: "scratch L1 λ=0.1")
  static let l1Norm = PublishedFigure.ours("scratch L1 λ=0.1 norm")
  static let concise = TrainingFigures(
    variant: "concise",
    .reference(.trainLoss, book: 6.4e-4, 2.45e-4, 6.10e-4, 9.34e-4),
    .band(.validationLoss, book: 0.0465, 0.0442, 0.0495, 0.0580),
    curves: [.points(.validationLoss, [1: 0.2254, 10: 0.0465])])
  static let conciseNorm = PublishedFigure.band("concise norm", book: 0.01378, 0.0122, nil, 0.0148)

  static let ridge = PublishedFigure.claim(
    "ridge solution against descent", "descent comes to the closed form's minimum", 0...1e-3)
  static let smallWeightsL1 = PublishedFigure.claim(
    "share of weights below 1e-3, L1", "L1 picks few weights", 0.5...1)
  static let smallWeightsL2 = PublishedFigure.claim(
    "share of weights below 1e-3, L2", "L2 spreads over all", 0...0.5)

  static let all: [any FigureGroup] = [
    free, freeNorm, decayed, decayedNorm, concise, conciseNorm, ridge, smallWeightsL1,
    smallWeightsL2,
  ]
}
