import Reproduction

/// Section "Self-Attention and Positional Encoding": 60 positions of 32 features.
enum PositionsFigures {
  static let shape = SizeFigures("sequence with positions", "1", "60", "32")
  /// Columns 6 to 9 at position 4.
  static let columns = MatrixFigures(
    "columns 6 to 9 at position 4", [["0.6528", "0.7575", "0.3894", "0.9211"]],
    source: .definition)
  static let first = MatrixFigures(
    "columns 6 to 9 at position 0", [["0", "1", "0", "1"]], source: .definition)

  static let binary = PublishedFigure.claim(
    "numbers 0 to 7 whose binary digits are those printed", "000, 001 to 111", 8...8)
  static let alternation = PublishedFigure.claim(
    "binary digits that change more often than the one before them",
    "the lowest digit alternates on every number, the next on every two", 0...0)
  static let frequency = PublishedFigure.claim(
    "columns that change sign more often than those before them",
    "frequencies decrease along the features", 0...0)

  static let rotation = PublishedFigure.claim(
    "positions turned by an offset's angles against the positions at that offset",
    "a projection that depends on the offset alone", 0...2e-5)
  static let products = PublishedFigure.claim(
    "spread of the product of two positions of one offset", "which is the same at all positions",
    0...1e-4)
  static let order = PublishedFigure.claim(
    "self-attention with positions: change with the order of steps",
    "positions tell it the order", 0.01...10)
  static let orderWithout = PublishedFigure.claim(
    "the same without positions", "without them it has none", 0...1e-5)
  static let learned = PublishedFigure.exact(
    "parameters of learned positions", "1920", source: .definition)

  static let all: [any FigureGroup] = [
    shape, columns, first, binary, alternation, frequency, rotation, products, order,
    orderWithout, learned,
  ]
}
