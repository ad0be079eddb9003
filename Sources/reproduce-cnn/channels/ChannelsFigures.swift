import Reproduction

/// Section "Multiple Input and Multiple Output Channels".
enum ChannelsFigures {
  static let twoIn = MatrixFigures("two channels in", [[56, 72], [104, 120]])
  static let threeOut = [
    MatrixFigures("channel 0 of three out", [[56, 72], [104, 120]]),
    MatrixFigures("channel 1 of three out", [[76, 100], [148, 172]]),
    MatrixFigures("channel 2 of three out", [[96, 128], [192, 224]]),
  ]
  static let sumOfEach = PublishedFigure.claim(
    "channels in, the sum of each alone", "they are the same", 0...1e-5)
  static let againstProduct = PublishedFigure.claim(
    "1x1 against a product of matrices, sum of differences", "less than 1e-6", 0...1e-6)
  static let againstLinear = PublishedFigure.claim(
    "1x1 against a linear layer at each pixel", "they are the same", 0...1e-6)
  static let pointwiseShuffled = PublishedFigure.claim(
    "1x1, pixels shuffled before or after", "it does not see its neighbours", 0...1e-6)
  static let wideShuffled = PublishedFigure.claim(
    "3x3, pixels shuffled before or after", "larger kernels do", 0.5...100)

  static let all: [any FigureGroup] = [
    twoIn, threeOut, sumOfEach, againstProduct, againstLinear, pointwiseShuffled, wideShuffled,
  ]
}
