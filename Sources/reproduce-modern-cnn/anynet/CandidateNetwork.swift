import Gannet

/// A network of a design space, for grey images of 32 by 32.
package struct CandidateNetwork: Sendable, Equatable {
  package var stages: [AnyNet.Stage]

  package static let side = 32
  private static let stemChannels = 32

  package init(stages: [AnyNet.Stage]) { self.stages = stages }

  package func callAsFunction() -> AnyNet {
    AnyNet(stemChannels: Self.stemChannels, stages: stages)
  }

  /// A copy whose stages all have these groups and this ratio.
  package func with(groupWidth: Int, bottleneckRatio: Float) -> CandidateNetwork {
    CandidateNetwork(
      stages: stages.map {
        AnyNet.Stage(
          depth: $0.depth, width: $0.width, groupWidth: groupWidth,
          bottleneckRatio: bottleneckRatio)
      })
  }

  /// The multiply-adds of the convolutions for an image.
  package var multiplyAdds: Int {
    var (side, inputs) = (Self.side / 2, Self.stemChannels)
    var count = side * side * 9 * inputs
    for stage in stages {
      let inner = Int(Float(stage.width) * stage.bottleneckRatio)
      for block in 0..<stage.depth {
        let before = side * side
        if block == 0 { side = (side + 1) / 2 }
        let after = side * side
        count += before * inputs * inner
        count += after * inner * (9 * stage.groupWidth + stage.width)
        if block == 0 { count += after * inputs * stage.width }
        inputs = stage.width
      }
    }
    return count
  }

  /// The width of each block.
  package var blockWidths: [Double] {
    stages.flatMap { Array(repeating: Double($0.width), count: $0.depth) }
  }

  /// The mean distance of the blocks' widths from the line that fits them best over the block's
  /// index, as a root of squares, over their mean.
  package var widthResidual: Double {
    let widths = blockWidths
    return lineResidual(widths) / (widths.reduce(0, +) / Double(widths.count))
  }

  /// One line: each stage's depth x width, its groups and its ratio.
  package var text: String {
    stages.map {
      "\($0.depth) x \($0.width) (groups of \($0.groupWidth), ratio \($0.bottleneckRatio))"
    }.joined(separator: ", ")
  }
}
