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
    #expect(profile.steps.map(\.multiplyAdds) == [2 * 6 * 8 * 8 * 27, 0, 0])
    // No gradient of the images is asked for.
    #expect(profile.steps[0].backwardProducts == 1)
    #expect(profile.steps.allSatisfy { $0.backwardMicroseconds == 0 })
    TapeProfile.$current.withValue(profile) { loss.backward() }
    #expect(profile.steps.count == 3)
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
