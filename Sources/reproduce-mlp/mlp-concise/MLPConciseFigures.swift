import Reproduction

/// Section "Implementation of Multilayer Perceptrons", from layers.
enum MLPConciseFigures {
  static let training = TrainingFigures(
    parameters: 203_530,
    .band(.trainLoss, book: 0.372, 0.361, 0.372, 0.379),
    .band(.validationLoss, book: 0.431, 0.401, 0.412, 0.442),
    .band(.validationAccuracy, book: 0.845, 0.838, 0.852, 0.859),
    curves: [.points(.trainLoss, [0.247: 1.079, 9.706: 0.372])])
}
