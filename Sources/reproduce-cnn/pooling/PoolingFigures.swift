import Reproduction

/// Section "Pooling": the numbers 0 to 8, and 0 to 15; a cross, found by a kernel of its shape,
/// moves.
enum PoolingFigures {
  static let max2x2 = MatrixFigures("max 2x2", [[4, 5], [7, 8]])
  static let average2x2 = MatrixFigures("average 2x2", [[2, 3], [5, 6]])
  static let max3x3 = MatrixFigures("max 3x3", [[10]])
  static let maxStrided = MatrixFigures("max 3x3, stride 2, padding 1", [[5, 7], [13, 15]])
  static let maxWide = MatrixFigures("max 2x3, stride 2x3, padding 0x1", [[5, 7], [13, 15]])
  static let channels = PublishedFigure.exact("channels out of two", "2")
  static let secondChannel = MatrixFigures("second channel", [[6, 8], [14, 16]])

  static let seenMovedBy1 = PublishedFigure.claim(
    "moved by at most 1, max 2x2: share still seen",
    "a pattern may move by one element in height or width", 1...1)
  static let seenNotPooled = PublishedFigure.exact(
    "moved by at most 1, not pooled: share still seen", "0.1111", source: .definition)
  static let seenMovedBy2 = PublishedFigure.exact(
    "moved by at most 2, max 2x2: share still seen", "0.36", source: .definition)
  static let maxStrength = PublishedFigure.claim(
    "strength of the response, max 2x2", "one reason to prefer the maximum to the average", 1...1)
  static let averageStrength = PublishedFigure.exact(
    "strength of the response, average 2x2", "0.55", source: .definition)

  static let all: [any FigureGroup] = [
    max2x2, average2x2, max3x3, maxStrided, maxWide, channels, secondChannel, seenMovedBy1,
    seenNotPooled, seenMovedBy2, maxStrength, averageStrength,
  ]
}
