import GannetTensor
import TestSupport
import Testing

@Suite struct StatisticsTests {
  private static let axes: [(name: String, axes: [Int])] = [
    ("all", [0, 1, 2]), ("0", [0]), ("1", [1]), ("2", [2]), ("01", [0, 1]), ("02", [0, 2]),
    ("12", [1, 2]),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("reductions")
    for (name, axes) in Self.axes {
      fixture.check("variance_\(name)") { $0[0].variance(along: axes) }
      fixture.check("population_variance_\(name)") {
        $0[0].variance(along: axes, unbiased: false)
      }
      fixture.check("standard_deviation_\(name)") { $0[0].standardDeviation(along: axes) }
      fixture.check("norm_\(name)") { $0[0].norm(along: axes) }
      fixture.check("norm1_\(name)") { $0[0].norm(.l1, along: axes) }
      fixture.check("norm_infinity_\(name)") { $0[0].norm(.infinity, along: axes) }
    }
    fixture.check("variance_1_kept") { $0[0].variance(along: 1, keepingAxes: true) }
    fixture.check("standard_deviation_02_kept") {
      $0[0].standardDeviation(along: [0, 2], keepingAxes: true)
    }
    fixture.check("norm_02_kept") { $0[0].norm(along: [0, 2], keepingAxes: true) }
    fixture.check("norm_infinity_1_kept") { $0[0].norm(.infinity, along: 1, keepingAxes: true) }
  }

  @Test func allElementsAreOneVector() {
    let x = Tensor(hash: 1, [3, 4, 5])
    expectIdentical(x.variance(), x.variance(along: [0, 1, 2]))
    expectIdentical(
      x.standardDeviation(unbiased: false), x.standardDeviation(along: [0, 1, 2], unbiased: false))
    for norm in [Norm.l1, .l2, .infinity] {
      expectIdentical(x.norm(norm), x.flattened().norm(norm, along: 0))
    }
    expectClose(Tensor([3, -4]).norm(), Tensor(5))
  }

  @Test func aShiftLeavesTheVarianceAlone() {
    let x = Tensor(hash: 1, [1000])
    expectClose((x + 1000).variance(), x.variance(), tolerance: 1e-4)
    expectClose((x * 3).standardDeviation(), x.standardDeviation() * 3)
  }

  @Test func theNormOfNothingHasNoSlope() {
    let x = Tensor([0, 0, 3, 4], shape: [2, 2]).requiringGradient()
    x.norm(along: 1).backward(seed: Tensor([1, 10]))
    #expect(x.gradient!.scalars == [0, 0, 6, 8])
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hashAwayFromZero: 1, [3, 4])
    expectSecondDerivatives([x]) { $0[0].variance(along: 1) }
    expectSecondDerivatives([x]) { $0[0].standardDeviation(along: 0) }
    expectSecondDerivatives([x]) { $0[0].norm(along: 1) }
    expectSecondDerivatives([x]) { square($0[0]).norm(.l1, along: 1) }
  }
}
