import GannetTensor
import TestSupport
import Testing

@Suite struct TapeProfileTests {
  private func loss(_ profile: TapeProfile) -> Tensor {
    let weight = Tensor(hash: 1, [6, 3, 3, 3]).requiringGradient()
    weight.node!.name = "features.0.weight"
    let x = Tensor(hash: 2, [2, 3, 8, 8])
    return TapeProfile.$current.withValue(profile) {
      maxPool2D(conv2D(x, weight: weight, padding: 1), kernelSize: 2).sum()
    }
  }

  @Test func everyStepIsNotedInOrder() {
    let profile = TapeProfile()
    let loss = loss(profile)
    #expect(profile.steps.map(\.operation) == ["conv2D", "maxPool2D", "sum"])
    #expect(profile.steps.map(\.layer) == ["features.0", nil, nil])
    #expect(profile.steps.map(\.shape) == [[2, 6, 8, 8], [2, 6, 4, 4], []])
    // No gradient of the images is asked for.
    let products = 2 * 6 * 8 * 8 * 27
    #expect(profile.steps[0].multiplyAdds == .init(forward: products, backward: products))
    #expect(profile.steps[1...].allSatisfy { $0.multiplyAdds == .none })
    #expect(profile.steps.allSatisfy { $0.backwardMicroseconds == 0 })
    TapeProfile.$current.withValue(profile) { loss.backward() }
    #expect(profile.steps.count == 3)
  }

  @Test("products of matrices, attention and recurrent layers are counted in both passes")
  func products() {
    func leaf(_ shape: Shape) -> Tensor { Tensor(hash: 1, shape).requiringGradient() }
    func counted(_ result: () -> Tensor) -> [Int] {
      let profile = TapeProfile()
      TapeProfile.$current.withValue(profile) { result().sum().backward() }
      let sum = profile.steps.map(\.multiplyAdds).reduce(.none, +)
      return [sum.forward, sum.backward]
    }
    #expect(counted { matmul(leaf([5, 3]), leaf([3, 4])) } == [60, 120])
    #expect(counted { matmul(leaf([2, 5, 3]), Tensor(hash: 2, [2, 3, 4])) } == [120, 120])
    let scores = 2 * 6 * 6 * 8
    #expect(
      counted { scaledDotProductAttention(packed: leaf([2, 6, 24]), heads: 2) }
        == [2 * scores, 5 * scores])
    let heads = leaf([2, 2, 6, 4])
    #expect(
      counted { scaledDotProductAttention(query: heads, key: heads, value: heads) }
        == [2 * scores, 5 * scores])
    let weights = RecurrentWeights(
      input: leaf([15, 3]), state: leaf([15, 5]), inputBias: nil, stateBias: nil)
    func layer(_ input: RecurrentInput) -> Tensor {
      recurrent(.gru, input, weights: [weights]).output
    }
    #expect(counted { layer(.features(leaf([4, 2, 3]))) } == [8 * 15 * 8, 2 * 8 * 15 * 8])
    let tokens = IntTensor([0, 1, 2, 0, 1, 2, 0, 1]).reshaped(to: [4, 2])
    #expect(counted { layer(.tokens(tokens)) } == [8 * 15 * 5, 2 * 8 * 15 * 5])
  }

  @Test func timesAreThoseOfTheSteps() {
    let profile = TapeProfile()
    let start = ContinuousClock.now
    TapeProfile.$current.withValue(profile) {
      let x = Tensor(hash: 1, [64, 8, 64, 64]).requiringGradient()
      averagePool2D(x, kernelSize: 2).sum().backward()
    }
    let elapsed = (ContinuousClock.now - start) / .microseconds(1)
    let times = profile.steps.map { Double($0.forwardMicroseconds + $0.backwardMicroseconds) }
    #expect(times.reduce(0, +) > 0)
    #expect(times.reduce(0, +) <= elapsed + 1)
  }

  @Test func withoutAProfileNothingIsNoted() {
    let profile = TapeProfile()
    _ = Tensor(hash: 1, [3]).requiringGradient() * 2
    #expect(profile.steps.isEmpty)
  }
}
