import GannetTensor
import TestSupport
import Testing

@Suite struct JoiningTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("joins")
    fixture.check("concatenate_0") { concatenate($0) }
    fixture.check("concatenate_1") { concatenate($0, along: 1) }
    fixture.check("concatenate_channels") { concatenate($0, along: 1) }
    for axis in 0..<3 { fixture.check("stack_\(axis)") { stack($0, along: axis) } }
    fixture.check("stack_2") { stack($0, along: -1) }
    fixture.check("split") { $0[0].split(sizes: [1, 3, 2], along: 1)[1] }
    fixture.check("pairwise_product") { pairwiseProducts($0[0], $0[1]) }
  }

  @Test(arguments: 0..<3) func partsMakeTheWhole(axis: Int) {
    let x = Tensor(hash: 1, [3, 4, 5])
    for count in 1...6 {
      expectIdentical(concatenate(x.split(into: count, along: axis), along: axis), x)
    }
    expectIdentical(stack(x.unstacked(along: axis), along: axis), x)
    #expect(x.split(into: 3, along: 2).map { $0.shape[2] } == [2, 2, 1])
  }

  @Test func channelsLastStaysSo() {
    let parts = [Tensor(hash: 1, [2, 3, 4, 5]), Tensor(hash: 2, [2, 6, 4, 5])]
    for axis in [0, 2, 3] {
      let images = [parts[0], parts[0]].map { $0.channelsLast() }
      #expect(!concatenate(images, along: axis).isContiguous)
      expectIdentical(
        concatenate(images, along: axis), concatenate([parts[0], parts[0]], along: axis))
    }
    let joined = concatenate(parts.map { $0.channelsLast() }, along: 1)
    #expect(!joined.isContiguous)
    expectIdentical(joined, concatenate(parts, along: 1))
  }

  @Test func constantsGetNoGradient() {
    let (a, b) = (Tensor(hash: 1, [2, 3]).requiringGradient(), Tensor(hash: 2, [1, 3]))
    concatenate([a, b]).sum().backward()
    expectIdentical(a.gradient!, Tensor(ones: [2, 3]))
    #expect(!concatenate([b, b]).requiresGradient)
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    expectSecondDerivatives([Tensor(hash: 1, [2, 3]), Tensor(hash: 2, [2, 2])]) {
      pow(concatenate($0, along: 1), 3)
    }
    expectSecondDerivatives([Tensor(hash: 1, [2, 6])]) {
      let parts = $0[0].split(into: 3, along: 1)
      return parts[0] * parts[1] * parts[2] * parts[0]
    }
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let pair = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = concatenate([Tensor(zeros: [2, 3]), Tensor(zeros: [2, 4])])
    }
    expectMessage(pair, "concatenate: shapes [2, 3] and [2, 4] don't fit")
    let pile = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = stack([Tensor(zeros: [2, 3]), Tensor(zeros: [2])])
    }
    expectMessage(pile, "stack: shapes [2, 3] and [2] don't fit")
    let sizes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).split(sizes: [1, 1], along: 1)
    }
    expectMessage(sizes, "split: sizes [1, 1] of axis 1 of shape [2, 3]")
    let nothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = concatenate([])
    }
    expectMessage(nothing, "concatenate: no tensors")
  }
}
