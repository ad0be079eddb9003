import Reproduction

/// Section "Densely Connected Networks (DenseNet)": the book's network at other growth rates, on
/// images of 96 by 96.
enum DenseNetGrowthFigures {
  /// Growth rates with the numbers of parameters.
  static let parameters: [(growthRate: Int, figure: PublishedFigure)] = [
    (8, "85158"), (16, "236234"), (32, "758226"),
  ].map { growthRate, count in
    (
      growthRate,
      .exact("growth rate \(growthRate): parameters", count, source: .definition)
    )
  }

  static func multiplyAdds(_ growthRate: Int) -> PublishedFigure {
    .ours("growth rate \(growthRate): multiply-adds of an image")
  }

  /// The most bytes that tensors take at once in a training step with 32 images, beyond the
  /// parameters and the images, in units of 2²⁰.
  static func memory(_ growthRate: Int) -> PublishedFigure {
    .ours("growth rate \(growthRate): MiB of a training step")
  }

  static let memoryGrowth = PublishedFigure.claim(
    "memory at 32 over that at 16", "channels, and the memory for them, grow linearly", 1...2)

  static let all: [any FigureGroup] = [parameters.map(\.figure), memoryGrowth]
}
