import GannetTensor
import TestSupport
import Testing

@Suite struct DropoutTests {
  private func mask(_ count: Int, _ probability: Float, seed: UInt64 = 1) -> DropoutMask {
    var stream = RandomStream(seed: seed)
    return DropoutMask(count: count, probability: probability, using: &stream)
  }

  @Test(arguments: [Float(0.1), 0.5, 0.9]) func keepsItsShareAndScalesIt(_ probability: Float) {
    let count = 1_000_000
    let y = dropout(Tensor(ones: [count]), mask: mask(count, probability))
    let kept = y.scalars.filter { $0 != 0 }
    #expect(kept.allSatisfy { $0 == 1 / (1 - probability) })
    // Five standard deviations of a binomial distribution.
    let share = Double(kept.count) / Double(count)
    let p = Double(probability)
    #expect(abs(share - (1 - p)) < 5 * (p * (1 - p) / Double(count)).squareRoot())
  }

  @Test func nothingAndEverything() {
    let x = Tensor(hash: 1, [100, 7])
    expectIdentical(dropout(x, mask: mask(700, 0)), x)
    #expect(dropout(x, mask: mask(700, 1)).scalars.allSatisfy { $0 == 0 })
    let bad = Tensor([.infinity, .nan])
    #expect(dropout(bad, mask: mask(2, 1)).scalars == [0, 0])
  }

  @Test func theMaskOfTheWayBackIsThatOfTheWayForward() {
    for shape in [[50_001], [2, 3, 40, 50], [7, 11]] as [Shape] {
      for form in MemoryForm.allCases {
        let x = form(Tensor(ones: shape)).requiringGradient()
        let y = dropout(x, mask: mask(shape.elementCount, 0.4))
        y.sum().backward()
        expectIdentical(x.gradient!, y, "\(form)")
      }
    }
  }

  /// The draws are in logical order, so the memory behind a tensor does not matter.
  @Test func theMaskDoesNotDependOnTheFormInMemory() {
    let x = Tensor(hash: 1, [2, 6, 30, 40])
    let expected = dropout(x, mask: mask(x.count, 0.5))
    for form in MemoryForm.allCases {
      expectIdentical(dropout(form(x), mask: mask(x.count, 0.5)), expected, "\(form)")
    }
  }

  @Test func masksOfOneStreamDiffer() {
    var stream = RandomStream(seed: 3)
    let x = Tensor(ones: [1_000])
    let first = dropout(x, mask: DropoutMask(count: 1_000, probability: 0.5, using: &stream))
    let second = dropout(x, mask: DropoutMask(count: 1_000, probability: 0.5, using: &stream))
    let agreeing = zip(first.scalars, second.scalars).count { $0 == $1 }
    #expect(abs(agreeing - 500) < 80)  // five standard deviations
  }

  @Test func isLinearAndTwiceDifferentiable() {
    let mask = mask(12, 0.5)
    expectGradients([Tensor(hash: 1, [3, 4])]) { dropout($0[0], mask: mask) }
    expectSecondDerivatives([Tensor(hash: 1, [3, 4])]) { x in
      let y = dropout(x[0], mask: mask)
      return y * y * y
    }
  }
}
