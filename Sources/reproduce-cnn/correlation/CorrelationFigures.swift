import Reproduction

/// Section "Convolutions for Images": the numbers 0 to 8 with the kernel 0 to 3.
enum CorrelationFigures {
  static let correlation = MatrixFigures("correlation", [[19, 25], [37, 43]])
  static let convolution = MatrixFigures(
    "convolution", [[5, 11], [23, 29]], source: .definition)

  static let byHand = PublishedFigure.claim(
    "by hand against the library", "they are the same", 0...1e-5)
  static let convolutionSwapped = PublishedFigure.claim(
    "convolution, arguments swapped", "convolution commutes", 0...1e-5)
  static let correlationSwapped = PublishedFigure.claim(
    "correlation, arguments swapped", "cross-correlation does not", 0.5...100)
  static let learnedKernels = PublishedFigure.claim(
    "kernel learned by convolution against that by correlation", "they differ", 1.19...1.2)
  static let learnedKernelsTurned = PublishedFigure.claim(
    "the same, turned by half a turn", "by nothing but the turn", 0...1e-4)
  static let learnedOutputs = PublishedFigure.claim(
    "outputs of the two", "the outputs are the same", 0...1e-3)

  static let all: [any FigureGroup] = [
    correlation, convolution, byHand, convolutionSwapped, correlationSwapped, learnedKernels,
    learnedKernelsTurned, learnedOutputs,
  ]
}
