import Reproduction

/// Section "Convolutional Neural Networks (LeNet)": batches of 128, sigmoid, average pooling.
enum LeNetFigures {
  static let convolution1 = ShapeFigures("convolution 1", channels: 6, height: 28)
  static let pooling1 = ShapeFigures("pooling 1", channels: 6, height: 14)
  static let convolution2 = ShapeFigures("convolution 2", channels: 16, height: 10)
  static let pooling2 = ShapeFigures("pooling 2", channels: 16, height: 5)
  static let flattened = PublishedFigure.exact("flattened", "400")
  static let linear1 = PublishedFigure.exact("linear 1", "120")
  static let linear2 = PublishedFigure.exact("linear 2", "84")
  static let linear3 = PublishedFigure.exact("linear 3", "10")

  static let training = TrainingFigures(
    parameters: 61706,
    .band(.trainLoss, book: 0.752, 0.677, 0.711, 0.773),
    .band(.validationLoss, book: 0.752, 0.686, 0.723, 0.766),
    .band(.validationAccuracy, book: 0.728, 0.718, 0.729, 0.737),
    curves: [
      .perEpoch(
        .validationAccuracy, 0.101, 0.101, 0.0996, 0.0996, 0.483,
        0.595, 0.654, 0.679, 0.706, 0.728)
    ])

  // The book's curve stays at 2.31 and an accuracy of 0.10 for three to four epochs.
  static let plateau = PublishedFigure.claim(
    "plateau: epochs", "three to four without progress", 1...6)
  static let plateauLoss = PublishedFigure.claim(
    "plateau: train_loss of the second half of epoch 1", "the loss of a blind guess, ln 10",
    2.29...2.325)

  static let all: [any FigureGroup] = [
    convolution1, pooling1, convolution2, pooling2, flattened, linear1, linear2, linear3, training,
    plateau, plateauLoss,
  ]
}
