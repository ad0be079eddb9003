import Reproduction

/// Section "Implementation of Multilayer Perceptrons", from raw tensors: 784-256-10, ReLU.
enum MLPScratchFigures {
  static let training = TrainingFigures(
    parameters: 203_530,
    .band(.trainLoss, book: 0.382, 0.375, 0.382, 0.385),
    .band(.validationLoss, book: 0.449, 0.412, 0.420, 0.449),
    .band(.validationAccuracy, book: 0.833, 0.833, 0.847, 0.854),
    curves: [
      .points(.trainLoss, [0.247: 1.349, 9.706: 0.382]),
      .points(.validationLoss, [1: 0.690, 10: 0.449]),
      .points(.validationAccuracy, [1: 0.759, 10: 0.833]),
    ])
}
