import Reproduction

/// Section "Designing Convolution Network Architectures", 8.8.1 and 8.8.2: on 10,000 images of 32
/// by 32, 30 networks of three epochs each.
enum AnyNetFigures {
  static let parameters = PublishedFigure.exact(
    "parameters of the design space", "17", source: .text)
  static let twoChoices = PublishedFigure.exact(
    "configurations with two choices for each", "131072", source: .text)

  /// The configurations of our spaces, but for the last, by the formulas of combinations.
  static let configurations = zip(
    DesignSpace.allCases, ["723394816", "51409152", "3350784", "283136", "38710", nil]
  ).map { space, count -> PublishedFigure in
    let name = "\(space.name): configurations"
    return count.map { .exact(name, PrintedNumber(stringLiteral: $0), source: .definition) }
      ?? .ours(name)
  }

  static func error(_ space: DesignSpace) -> PublishedFigure {
    .ours("\(space.name): mean val. error")
  }
  static func residual(_ space: DesignSpace) -> PublishedFigure {
    .ours("\(space.name): widths' distance from a line")
  }

  static let rankCorrelation = PublishedFigure.claim(
    "rank correlation of the error after 1 epoch with the last",
    "few passes over the data are a reliable guide", 0.4...1)
  static let sharing = PublishedFigure.claim(
    "mean error of B and C less A's", "sharing ratio and group width costs nothing", -0.2...0.025)
  static let increasing = PublishedFigure.claim(
    "mean error of D, E and F less A's", "width and depth had better increase", -0.2...0.025)
  static let linear = PublishedFigure.claim(
    "distance of F's widths from a line over A's", "widths grow linearly with the block", 0...1)
  static let residualCorrelation = PublishedFigure.ours(
    "rank correlation of the widths' distance from a line with the error")
  static let bottleneck = PublishedFigure.ours(
    "mean error without bottlenecks less that with, B to F")

  static let all: [any FigureGroup] = [
    parameters, twoChoices, configurations, rankCorrelation, sharing, increasing, linear,
  ]
}
