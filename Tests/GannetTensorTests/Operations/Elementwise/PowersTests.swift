import GannetTensor
import TestSupport
import Testing

@Suite struct PowersTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let functions = try Fixture("functions")
    functions.check("square") { square($0[0]) }
    functions.check("cube") { pow($0[0], 3) }
    functions.check("pow_half") { pow($0[0], 0.5) }
    functions.check("pow_minus_two") { pow($0[0], -2) }
    functions.check("scalar_pow") { pow(2.5, $0[0]) }
    functions.check("rsqrt") { rsqrt($0[0]) }
    functions.check("reciprocal") { 1 / $0[0] }
    let arithmetic = try Fixture("arithmetic")
    for shapes in [
      "same", "column", "row", "scalar", "scalar_first", "outer", "channel", "long",
    ] {
      arithmetic.check("pow_\(shapes)") { pow($0[0], $0[1]) }
    }
  }

  @Test(arguments: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4] as [Float])
  func everyExponentIsThatOfATensor(exponent: Float) {
    let x = Tensor(hash: 1, [3, 5], low: 0.5, high: 2)
    expectClose(pow(x, exponent), pow(x, Tensor(exponent)), tolerance: 1e-6)
    expectClose(pow(x, exponent) * pow(x, -exponent), Tensor(ones: x.shape), tolerance: 1e-6)
  }

  @Test func zeroHasTheGradientsThatItShould() {
    let x = Tensor([0, 0, 0]).requiringGradient()
    let exponent = Tensor([0, 2, 1]).requiringGradient()
    pow(x, exponent).backward(seed: Tensor(ones: [3]))
    #expect(x.gradient!.scalars == [0, 0, 1])
    #expect(exponent.gradient!.scalars == [0, 0, 0])
    let y = Tensor([0, 2]).requiringGradient()
    pow(y, 0).backward(seed: Tensor(ones: [2]))
    #expect(y.gradient!.scalars == [0, 0])
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let base = Tensor(hash: 1, [3, 4], low: 0.75, high: 1.5)
    let exponent = Tensor(hash: 2, [4])
    expectSecondDerivatives([base]) { pow($0[0], 2.5) }
    expectSecondDerivatives([base, exponent]) { pow($0[0], $0[1]) }
  }
}
