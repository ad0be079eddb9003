import Gannet
import Reproduction

/// The sizes of a shape that the book prints, a figure for each axis.
struct SizeFigures: FigureGroup {
  let figures: [PublishedFigure]

  init(_ name: String, _ sizes: PrintedNumber...) {
    figures = sizes.enumerated().map { .exact("\(name): size \($0)", $1) }
  }
}

extension SectionResult {
  /// Adds the sizes of `shape`.
  mutating func add(_ sizes: SizeFigures, _ shape: Shape) {
    for (figure, size) in zip(sizes.figures, shape) { self[figure] = Double(size) }
  }
}
