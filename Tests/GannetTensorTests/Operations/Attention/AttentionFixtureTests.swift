import GannetTensor
import TestSupport
import Testing

/// Values, gradients and second derivatives of attention from PyTorch.
@Suite struct AttentionFixtureTests {
  private let fixture: Fixture

  init() throws { fixture = try Fixture("attention") }

  /// The cases whose names begin with `prefix`.
  private func names(_ prefix: String) -> [String] {
    fixture.names.filter { $0.hasPrefix(prefix) }
  }

  /// The mask that the case's arguments name.
  private func mask(_ name: String) -> AttentionMask {
    let arguments = fixture.arguments(name)
    var mask: AttentionMask = arguments["causal"] as? Bool == true ? .causal : .none
    if let lengths = arguments["lengths"] as? [Int] { mask = mask.and(.validLengths(lengths)) }
    if let lengths = arguments["lengths"] as? [[Int]] { mask = mask.and(.validLengths(lengths)) }
    return mask
  }

  @Test func scaledDotProductsArePyTorchs() {
    let names = names("dot_products")
    #expect(names.count == 22)
    for name in names {
      let scale = (fixture.arguments(name)["scale"] as? Double).map { Float($0) }
      func whole(_ inputs: [Tensor]) -> AttentionMask {
        inputs.count > 3 ? mask(name).and(.bias(inputs[3])) : mask(name)
      }
      fixture.check(name) { inputs in
        scaledDotProductAttentionWithWeights(
          query: inputs[0], key: inputs[1], value: inputs[2], mask: whole(inputs), scale: scale
        ).output
      }
      // The fused form has no second derivatives.
      guard fixture.tensor("\(name)/secondUpstream") == nil else { continue }
      fixture.check(name) { inputs in
        scaledDotProductAttention(
          query: inputs[0], key: inputs[1], value: inputs[2], mask: whole(inputs), scale: scale)
      }
    }
  }

  @Test func maskedSoftmaxIsThatOfTheBooksFill() {
    let names = names("masked_softmax")
    #expect(names.count == 4)
    for name in names { fixture.check(name) { maskedSoftmax($0[0], mask(name)) } }
  }

  @Test func additiveScoresArePyTorchs() {
    let names = names("additive")
    #expect(names.count == 2)
    for name in names {
      fixture.check(name) { additiveScores(query: $0[0], key: $0[1], weight: $0[2]) }
    }
  }
}
