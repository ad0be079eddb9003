import Reproduction

/// Sections "Multi-Head Attention" and, of self-attention, "Self-Attention and Positional Encoding": 100
/// features, 5 heads, 4 queries, 6 keys, of which the examples see 3 and 2.
enum MultiHeadFigures {
  static let shape = SizeFigures("result", "2", "4", "100")
  static let selfShape = SizeFigures("result of self-attention", "2", "4", "100")
  static let parameters = PublishedFigure.exact("parameters", "40000", source: .definition)

  static let rows = PublishedFigure.claim(
    "largest difference of a query's weights from a sum of 1", "a weighted average", 0...1e-5)
  static let masked = PublishedFigure.claim(
    "largest weight behind the valid lengths", "masked", 0...0)
  static let heads = PublishedFigure.claim(
    "difference from five attentions, one after the other, joined and projected",
    "heads in parallel", 0...1e-5)
  static let different = PublishedFigure.claim(
    "smallest difference between the weights of two heads",
    "each attends to other parts of the input",
    0.001...1)

  static let keyOrder = PublishedFigure.claim(
    "change with the order of keys and values", "attention has no order", 0...1e-5)
  static let queryOrder = PublishedFigure.claim(
    "self-attention of steps in another order against its result in that order",
    "self-attention ignores the order of the sequence", 0...1e-5)
  static let reach = PublishedFigure.claim(
    "self-attention: least change of a step with any other step", "a path of length 1", 1e-5...10)

  static let all: [any FigureGroup] = [
    shape, selfShape, parameters, rows, masked, heads, different, keyOrder, queryOrder, reach,
  ]
}
