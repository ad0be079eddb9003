import Gannet

/// A space of AnyNets of four stages, each a subset of the one before it (Radosavovic et al., 2020,
/// AnyNetX_A to AnyNetX_E and RegNetX, with fewer choices).
package enum DesignSpace: Int, CaseIterable, Sendable {
  case unconstrained, sharedRatio, sharedGroupWidth, increasingWidth, increasingDepth
  /// The networks of ``RegNetDesign``s: widths grow linearly with the block's index, quantised.
  case linearWidth

  package static let stageCount = 4
  package static let depths = Array(1...4)
  package static let widths = Array(stride(from: 8, through: 64, by: 8))
  package static let ratios: [Float] = [1, 0.5, 0.25]
  package static let groupWidths = [4, 8, 16]
  /// The multiply-adds of the networks that are drawn, so that spaces differ in design, not in size.
  package static let cost = 400_000...800_000

  /// The paper's letter; F for the last space.
  package var letter: String { ["A", "B", "C", "D", "E", "F"][rawValue] }

  package var name: String {
    let constraints = [
      "unconstrained", "shared ratio", "shared group width", "increasing width",
      "increasing depth", "linear width",
    ]
    return "\(letter), \(constraints[rawValue])"
  }

  private func has(_ constraint: DesignSpace) -> Bool { rawValue >= constraint.rawValue }

  /// Whether a network belongs to the space, whatever its cost.
  package func contains(_ design: CandidateNetwork) -> Bool {
    let stages = design.stages
    func agree(_ value: (AnyNet.Stage) -> Float) -> Bool {
      stages.allSatisfy { value($0) == value(stages[0]) }
    }
    func increases(_ value: (AnyNet.Stage) -> Int) -> Bool {
      zip(stages, stages.dropFirst()).allSatisfy { value($0) <= value($1) }
    }
    return stages.count == Self.stageCount && stages.allSatisfy(Self.isPossible)
      && (!has(.sharedRatio) || agree(\.bottleneckRatio))
      && (!has(.sharedGroupWidth) || agree { Float($0.groupWidth) })
      && (!has(.increasingWidth) || increases(\.width))
      && (!has(.increasingDepth) || increases(\.depth))
      && (!has(.linearWidth) || Self.linear.contains(design))
  }

  private static func isPossible(_ stage: AnyNet.Stage) -> Bool {
    depths.contains(stage.depth) && widths.contains(stage.width)
      && ratios.contains(stage.bottleneckRatio) && groupWidths.contains(stage.groupWidth)
      && fits(stage.width, stage.bottleneckRatio, stage.groupWidth)
  }

  /// Whether groups of `groupWidth` divide the 3x3 convolutions.
  private static func fits(_ width: Int, _ ratio: Float, _ groupWidth: Int) -> Bool {
    Int(Float(width) * ratio) % groupWidth == 0
  }

  /// Draws different members of the cost, all with the same probability.
  package func draw(_ count: Int, using stream: inout RandomStream) -> [CandidateNetwork] {
    var drawn: [CandidateNetwork] = []
    while drawn.count < count {
      let candidate = candidate(&stream)
      if contains(candidate), Self.cost.contains(candidate.multiplyAdds),
        !drawn.contains(candidate)
      {
        drawn.append(candidate)
      }
    }
    return drawn
  }

  /// Independent draws of all but what is shared.
  private func candidate(_ stream: inout RandomStream) -> CandidateNetwork {
    if self == .linearWidth { return Self.linear.randomElement(using: &stream)! }
    let ratio = Self.ratios.randomElement(using: &stream)!
    let groupWidth = Self.groupWidths.randomElement(using: &stream)!
    return CandidateNetwork(
      stages: (0..<Self.stageCount).map { _ in
        AnyNet.Stage(
          depth: Self.depths.randomElement(using: &stream)!,
          width: Self.widths.randomElement(using: &stream)!,
          groupWidth: has(.sharedGroupWidth)
            ? groupWidth : Self.groupWidths.randomElement(using: &stream)!,
          bottleneckRatio: has(.sharedRatio) ? ratio : Self.ratios.randomElement(using: &stream)!)
      })
  }

  /// The networks of a grid of designs that increase in depth.
  private static let linear: [CandidateNetwork] = {
    var networks: [CandidateNetwork] = []
    for depth in stageCount...stageCount * depths.last! {
      for initialWidth in [8, 16, 24, 32] {
        for slope in stride(from: 0.5, through: 16, by: 0.5) {
          for quantiser in stride(from: 1.25, through: 3, by: 0.25) {
            let design = RegNetDesign(
              depth: depth, initialWidth: initialWidth, slope: slope, quantiser: quantiser,
              groupWidth: groupWidths[0])
            let widths = design.blockWidths
            guard widths.last! <= Self.widths.last!, Set(widths).count == stageCount else {
              continue
            }
            let network = CandidateNetwork(stages: design.stages)
            if !networks.contains(network) { networks.append(network) }
          }
        }
      }
    }
    return networks.flatMap { network in
      ratios.flatMap { ratio in
        groupWidths.map { network.with(groupWidth: $0, bottleneckRatio: ratio) }
      }
    }.filter(DesignSpace.increasingDepth.contains)
  }()

  /// The number of members, whatever their cost.
  package var memberCount: Int {
    /// The number of widths for each group width and ratio.
    let widths = Self.ratios.map { ratio in
      Self.groupWidths.map { groupWidth in
        Self.widths.count { Self.fits($0, ratio, groupWidth) }
      }
    }
    let depths = Self.depths.count
    func sum(_ counts: [Int]) -> Int { counts.reduce(0, +) }
    /// The number of sequences of one choice for each stage.
    func sequences(_ choices: Int) -> Int {
      (0..<Self.stageCount).reduce(1) { count, _ in count * choices }
    }
    /// The number of such sequences that never decrease: combinations with repetition.
    func increasingSequences(_ choices: Int) -> Int {
      (0..<Self.stageCount).reduce(1) { $0 * (choices + $1) / ($1 + 1) }
    }
    return switch self {
    case .unconstrained: sequences(depths * sum(widths.map(sum)))
    case .sharedRatio: sum(widths.map { sequences(depths * sum($0)) })
    case .sharedGroupWidth: sum(widths.joined().map { sequences(depths * $0) })
    case .increasingWidth:
      sum(widths.joined().map(increasingSequences)) * sequences(depths)
    case .increasingDepth:
      sum(widths.joined().map(increasingSequences)) * increasingSequences(depths)
    case .linearWidth: Self.linear.count
    }
  }
}
