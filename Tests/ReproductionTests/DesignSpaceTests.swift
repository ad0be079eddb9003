import Gannet
import Testing
import reproduce_modern_cnn

@Suite("AnyNet's design spaces")
struct DesignSpaceTests {
  private typealias Stage = AnyNet.Stage

  private func network(
    depths: [Int] = [1, 1, 1, 1], widths: [Int] = [8, 16, 32, 64],
    groupWidths: [Int] = [8, 8, 8, 8],
    ratios: [Float] = [1, 1, 1, 1]
  ) -> CandidateNetwork {
    CandidateNetwork(
      stages: (0..<4).map {
        Stage(
          depth: depths[$0], width: widths[$0], groupWidth: groupWidths[$0],
          bottleneckRatio: ratios[$0])
      })
  }

  /// The letters of the spaces that have `network`.
  private func spaces(of network: CandidateNetwork) -> String {
    DesignSpace.allCases.filter { $0.contains(network) }.map(\.letter).joined()
  }

  @Test("A network belongs to the spaces whose constraints it meets")
  func membership() {
    #expect(spaces(of: network(ratios: [0.5, 0.5, 0.5, 0.5])) == "")  // 4 channels in groups of 8
    #expect(spaces(of: network(ratios: [1, 0.5, 1, 1])) == "A")
    #expect(spaces(of: network(groupWidths: [4, 8, 8, 8])) == "AB")
    #expect(spaces(of: network(widths: [8, 16, 64, 32])) == "ABC")
    #expect(spaces(of: network(depths: [1, 2, 2, 1])) == "ABCD")
    #expect(spaces(of: network(widths: [8, 8, 8, 64])) == "ABCDE")
    #expect(spaces(of: network(widths: [8, 16, 24, 32])) == "ABCDEF")
    #expect(spaces(of: network(widths: [8, 16, 24, 128])) == "")
    #expect(spaces(of: network(depths: [1, 1, 1, 9])) == "")
    #expect(spaces(of: CandidateNetwork(stages: Array(network().stages.dropLast()))) == "")
  }

  @Test("Members are counted without making them")
  func counts() {
    /// All sequences of four of `values`.
    func sequences<Value>(_ values: [Value]) -> [[Value]] {
      (0..<4).reduce([[]]) { found, _ in found.flatMap { each in values.map { each + [$0] } } }
    }
    func count(_ space: DesignSpace, _ candidates: [CandidateNetwork]) -> Int {
      candidates.count(where: space.contains)
    }
    let depths = sequences(DesignSpace.depths).map { network(depths: $0) }
    #expect(count(.increasingWidth, depths) == depths.count)
    let shared = DesignSpace.ratios.flatMap { ratio in
      DesignSpace.groupWidths.flatMap { groupWidth in
        sequences(DesignSpace.widths).map {
          network(widths: $0).with(groupWidth: groupWidth, bottleneckRatio: ratio)
        }
      }
    }
    #expect(
      count(.sharedGroupWidth, shared) * depths.count == DesignSpace.sharedGroupWidth.memberCount)
    let increasing = count(.increasingWidth, shared)
    #expect(increasing * depths.count == DesignSpace.increasingWidth.memberCount)
    #expect(
      increasing * count(.increasingDepth, depths) == DesignSpace.increasingDepth.memberCount)
  }

  @Test("Draws are different members of the cost, the same for a seed")
  func draws() {
    for space in DesignSpace.allCases {
      func drawn(seed: UInt64) -> [CandidateNetwork] {
        var stream = RandomStream(seed: seed)
        return space.draw(8, using: &stream)
      }
      let networks = drawn(seed: 1)
      #expect(networks == drawn(seed: 1))
      #expect(networks != drawn(seed: 2))
      for (index, network) in networks.enumerated() {
        #expect(space.contains(network))
        #expect(DesignSpace.cost.contains(network.multiplyAdds))
        #expect(!networks[..<index].contains(network))
      }
    }
  }

  @Test("The cost is that of the network's convolutions")
  func cost() {
    let design = network(
      depths: [1, 2, 1, 1], widths: [16, 8, 32, 24], ratios: [1, 1, 0.5, 1])
    let model = design()
    let summary = model.summary(input: [1, 1, 32, 32])
    #expect(design.multiplyAdds + model.fc.weight.shape.elementCount == summary.multiplyAdds)
  }

  @Test("Widths on a line have no residual")
  func residual() {
    #expect(abs(network(widths: [8, 16, 24, 32]).widthResidual) < 1e-12)
    #expect(network(widths: [16, 16, 16, 16]).widthResidual == 0)
    // 1, 0, 0, 1 around their mean.
    #expect(abs(lineResidual([3, 2, 2, 3]) - 0.5) < 1e-12)
    #expect(lineResidual([7]) == 0)
  }

  @Test("Rank correlation: 1 in the same order, -1 in the opposite one, ties share ranks")
  func ranks() {
    #expect(rankCorrelation([1, 2, 3, 10], [0.1, 0.2, 5, 6]) == 1)
    #expect(rankCorrelation([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankCorrelation([1], [2]) == 1)
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 over the root of 4.5 · 5 (scipy: 0.9487).
    #expect(abs(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]) - 0.9486832980505138) < 1e-12)
  }
}
