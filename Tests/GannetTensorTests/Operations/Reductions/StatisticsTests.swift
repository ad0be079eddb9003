import GannetTensor
import TestSupport
import Testing

@Suite struct StatisticsTests {
  private static let axes: [(name: String, axes: Axes)] = [
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

  @Test func constantsHaveNoDeviation() {
    for (rows, value) in [(60_000, 10000.01), (3, 0.1), (7, 101_325.3), (100, 3000.3)] {
      let x = Tensor(repeating: Float(value), shape: [rows, 2])
      #expect(x.standardDeviation(along: 0).scalars == [0, 0])
      #expect(x.variance(along: 1).scalars.allSatisfy { $0 == 0 })
      #expect(x.standardDeviation(unbiased: false).scalar == 0)
    }
  }

  /// Around 101,325 with a deviation of 1: a mean that is rounded is off by half of a hundredth.
  @Test func aTableFarFromZeroIsStandardizedByHand() {
    let x = Tensor(hash: 1, [10_000, 2], low: 101_323, high: 101_327)
    let scalars = x.scalars.map(Double.init)
    let (mean, deviation) = (x.mean(along: 0).scalars, x.standardDeviation(along: 0).scalars)
    let y = (x - x.mean(along: 0)) / x.standardDeviation(along: 0)
    for column in 0..<2 {
      let values = stride(from: column, to: scalars.count, by: 2).map { scalars[$0] }
      let expected = values.reduce(0, +) / 10_000
      let square = values.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / 9_999
      #expect(abs(Double(mean[column]) - expected) <= 0.004)
      #expect(abs(Double(deviation[column]) / square.squareRoot() - 1) < 1.2e-7)
    }
    #expect(y.mean(along: 0).scalars.allSatisfy { abs($0) < 0.004 })
    let same = Tensor(repeating: 101_325.3, shape: [100_000, 3])
    #expect((same - same.mean(along: 0)).scalars.allSatisfy { $0 == 0 })
  }

  /// As PyTorch has it, gradients too.
  @Test func theDeviationOfConstantsHasNoSlope() {
    let x = Tensor([1, 1, 1, 1, 2, 4], shape: [2, 3]).requiringGradient()
    x.standardDeviation(along: 1).sum().backward()
    expectClose(x.gradient!, [[0, 0, 0], [-0.4364358, -0.1091089, 0.5455447]])
    let one = Tensor(ones: [1]).requiringGradient()
    one.standardDeviation(unbiased: false).backward()
    #expect(one.gradient!.scalars == [0])
    let all = Tensor(repeating: 10000.01, shape: [1_000]).requiringGradient()
    all.standardDeviation().backward()
    #expect(all.gradient!.scalars.allSatisfy { $0 == 0 })
  }

  @Test func theVarianceOfTooFewIsNoNumber() {
    for unbiased in [true, false] {
      #expect(Tensor(zeros: [0]).variance(unbiased: unbiased).scalar.isNaN)
      #expect(Tensor(zeros: [0]).standardDeviation(unbiased: unbiased).scalar.isNaN)
      let rows = Tensor(zeros: [3, 0])
      #expect(
        rows.variance(along: 1, unbiased: unbiased).scalars.map(\.isNaN) == [true, true, true])
      #expect(rows.variance(along: 0, unbiased: unbiased).shape == [0])
      let columns = Tensor(zeros: [0, 2]).standardDeviation(along: 0, unbiased: unbiased)
      #expect(columns.scalars.map(\.isNaN) == [true, true])
    }
    let one = Tensor(ones: [1]).requiringGradient()
    #expect(one.variance(unbiased: false).scalar == 0)
    let deviation = one.standardDeviation()
    #expect(deviation.scalar.isNaN)
    deviation.backward()
    #expect(one.gradient!.scalar.isNaN)
    #expect(Tensor([1, .infinity]).variance().scalar.isNaN)
    #expect(Tensor([1, .nan]).standardDeviation().scalar.isNaN)
  }

  /// Squares are neither infinite nor 0 where deviations and norms are not.
  @Test func extremesHaveDeviationsAndNorms() {
    expectClose(Tensor([1e25, -1e25]).standardDeviation(), Tensor(1.4142136e25))
    expectClose(Tensor([1e-25, -1e-25]).standardDeviation(), Tensor(1.4142136e-25))
    expectClose(Tensor([3e20, 4e20]).norm(), Tensor(5e20))
    expectClose(Tensor([3e-30, 4e-30]).norm(along: 0), Tensor(5e-30))
    expectClose(Tensor([[3e20, 1], [4e20, 0]]).norm(along: 0), Tensor([5e20, 1]))
    #expect(Tensor([1, .infinity]).norm().scalar == .infinity)
    #expect(Tensor([1, .nan]).norm().scalar.isNaN)
    #expect(Tensor(zeros: [0]).norm().scalar == 0)
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
