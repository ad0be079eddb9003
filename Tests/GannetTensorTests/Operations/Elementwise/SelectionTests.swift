import GannetTensor
import TestSupport
import Testing

@Suite struct SelectionTests {
  private static let shapes = [
    "same", "column", "row", "scalar", "scalar_first", "outer", "channel", "long",
  ]

  @Test(arguments: shapes) func extremaArePyTorchs(shapes: String) throws {
    let fixture = try Fixture("arithmetic")
    fixture.check("maximum_\(shapes)") { maximum($0[0], $0[1]) }
    fixture.check("minimum_\(shapes)") { minimum($0[0], $0[1]) }
  }

  @Test(arguments: shapes) func replacementIsPyTorchs(shapes: String) throws {
    try Fixture("arithmetic").check("where_greater_\(shapes)") {
      $0[1].replacing(with: $0[0] * $0[0], where: $0[0] .> $0[1])
    }
  }

  @Test func clampingIsPyTorchs() throws {
    try Fixture("functions").check("clamp") { $0[0].clamped(to: -0.5...0.25) }
  }

  @Test func aNumberReplacesAsATensorDoes() {
    let x = Tensor(hash: 1, [3, 4]).requiringGradient()
    let mask = Tensor(hash: 2, [2, 1, 4]) .> 0
    let byNumber = x.replacing(with: 7, where: mask)
    let byTensor = x.replacing(with: Tensor(7), where: mask)
    expectIdentical(byNumber, byTensor)
    #expect(byNumber.shape == [2, 3, 4])
    let seed = Tensor(hash: 3, [2, 3, 4])
    expectIdentical(
      gradients(of: byNumber, withRespectTo: [x], seed: seed)[0],
      gradients(of: byTensor, withRespectTo: [x], seed: seed)[0])
  }

  @Test func replacedElementsDoNotMatter() {
    let x = Tensor([.nan, 1, .infinity]).requiringGradient()
    let y = x.replacing(with: 0, where: Tensor([1, 0, 1]))
    y.backward(seed: Tensor([.infinity, 2, .nan]))
    #expect(y.scalars == [0, 1, 0])
    #expect(x.gradient!.scalars == [0, 2, 0])
  }

  @Test func equalsShareTheGradientAndNaNsStay() {
    let a = Tensor([1, 2, .nan, 0]).requiringGradient()
    let b = Tensor([1, 0, 0, .nan]).requiringGradient()
    let y = maximum(a, b)
    #expect(y[2].scalar.isNaN && y[3].scalar.isNaN)
    #expect(minimum(a, b)[2].scalar.isNaN && minimum(a, b)[3].scalar.isNaN)
    y[0..<2].backward(seed: Tensor([4, 4]))
    #expect(a.gradient!.scalars[0..<2] == [2, 4])
    #expect(b.gradient!.scalars[0..<2] == [2, 0])
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [3, 4])
    let y = Tensor(hash: 2, [4])
    expectSecondDerivatives([x, y]) { ($0[0] * $0[0]).replacing(with: $0[1], where: x .> 0) }
    expectSecondDerivatives([x + y + 2, y]) { pow(maximum($0[0], $0[1]), 3) }
    expectSecondDerivatives([x * 0.1]) { pow($0[0].clamped(to: -0.5...0.5), 3) }
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let values = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [2, 3])
      _ = x.replacing(with: Tensor(zeros: [2]), where: x)
    }
    expectMessage(values, "replacing: shapes [2, 3] and [2] don't fit")
    let condition = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(zeros: [2, 3])
      _ = x.replacing(with: x, where: Tensor(zeros: [4]))
    }
    expectMessage(condition, "replacing, condition: shapes [2, 3] and [4] don't fit")
  }
}
