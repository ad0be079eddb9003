import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct FunctionsTests {
  /// Against double precision, over all magnitudes.
  @Test func sinesOfLargeAnglesAreExact() {
    var angles: [Float] = [
      0, -0.0, 1e6, Float(1e6).nextUp, 3e38, -1e30, .pi, 710, 102_943.7, 411_774.9,
    ]
    for exponent in -10...38 {
      for factor: Float in [1, -1.7, 2.3, 3.141_592_7, 7.9] {
        angles.append(factor * Float(Foundation.pow(10.0, Double(exponent) / 1.05)))
      }
    }
    let x = Tensor(angles.filter(\.isFinite) + [Float](repeating: 0.5, count: 300))
    for (y, exact) in [(sin(x), Foundation.sin), (cos(x), Foundation.cos)]
      as [(Tensor, (Double) -> Double)]
    {
      for (value, angle) in zip(y.scalars, x.scalars) {
        let wanted = exact(Double(angle))
        #expect(abs(Double(value) - wanted) <= 1.2e-7 * max(abs(wanted), 1e-3), "of \(angle)")
      }
    }
    #expect(sin(Tensor([.infinity, .nan])).scalars.allSatisfy { $0.isNaN })
    var inPlace = Tensor([1e15, 0.5])
    inPlace = cos(consume inPlace)
    expectClose(inPlace, Tensor([Float(Foundation.cos(Double(Float(1e15)))), 0.877_582_6]))
  }

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("functions")
    fixture.check("expm1") { expm1($0[0]) }
    fixture.check("log1p") { log1p($0[0]) }
    fixture.check("sin") { sin($0[0]) }
    fixture.check("cos") { cos($0[0]) }
    fixture.check("erf") { erf($0[0]) }
    fixture.check("abs") { abs($0[0]) }
    fixture.check("sign") { sign($0[0]) }
    fixture.check("tan") { tan($0[0]) }
    fixture.check("round") { round($0[0]) }
    fixture.check("floor") { floor($0[0]) }
    fixture.check("ceil") { ceil($0[0]) }
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hashAwayFromZero: 1, [2, 3])
    let functions: [(Tensor) -> Tensor] = [
      { expm1($0) }, { log1p($0 * 0.5) }, { sin($0) }, { cos($0) }, { erf($0) },
      { sign($0) * $0 * $0 }, { tan($0) },
    ]
    for function in functions { expectSecondDerivatives([x]) { function($0[0]) } }
    let steps: [(Tensor) -> Tensor] = [
      { round($0) * $0 * $0 }, { floor($0) * $0 * $0 }, { ceil($0) * $0 * $0 },
    ]
    for step in steps {
      expectSecondDerivatives([Tensor([-1.3, -0.7, 0.2, 0.8, 1.25, 2.3])]) { step($0[0]) }
    }
  }

  @Test func smallArgumentsKeepTheirDigits() {
    let x = Tensor([1e-10, -1e-10, 1e-5, 0])
    expectClose(expm1(x), Tensor([1e-10, -1e-10, 1.000005e-5, 0]), tolerance: 1e-6)
    expectClose(log1p(x), Tensor([1e-10, -1e-10, 9.99995e-6, 0]), tolerance: 1e-6)
    expectClose(expm1(x)[0], Tensor(1e-10), tolerance: 1e-6)
    expectClose(log1p(x)[1], Tensor(-1e-10), tolerance: 1e-6)
  }

  @Test func limitsAreReached() {
    let ends = Tensor([-.infinity, .infinity, .nan, 88.7, -1])
    expectClose(
      expm1(ends), Tensor([-1, .infinity, .nan, 3.3259768e38, -0.6321206]), tolerance: 1e-5)
    expectClose(
      log1p(ends), Tensor([.nan, .infinity, .nan, 4.496471, -.infinity]), tolerance: 1e-6)
    expectClose(
      erf(Tensor([-.infinity, .infinity, .nan, 10, -1])), Tensor([-1, 1, .nan, 1, -0.8427008]),
      tolerance: 1e-6)
    expectClose(sign(ends), Tensor([-1, 1, .nan, 1, -1]))
    expectClose(abs(ends), Tensor([.infinity, .infinity, .nan, 88.7, 1]))
  }

  @Test func integersAreTheNearest() {
    let x = Tensor([0.5, 1.5, -0.5, -1.5, 2.4, -2.6, 8_388_607.5, 3e38, -.infinity, .infinity])
    #expect(round(x).scalars == [0, 2, 0, -2, 2, -3, 8_388_608, 3e38, -.infinity, .infinity])
    #expect(floor(x).scalars == [0, 1, -1, -2, 2, -3, 8_388_607, 3e38, -.infinity, .infinity])
    #expect(ceil(x).scalars == [1, 2, 0, -1, 3, -2, 8_388_608, 3e38, -.infinity, .infinity])
    for function in [{ round($0) }, { floor($0) }, { ceil($0) }] as [(Tensor) -> Tensor] {
      #expect(function(Tensor([.nan])).scalar.isNaN)
      expectIdentical(function(function(x)), function(x))
      expectIdentical(
        function(MemoryForm.transposed(x.reshaped(to: [2, 5]))), function(x.reshaped(to: [2, 5])))
    }
    expectIdentical(ceil(x), -floor(-x))
  }

  @Test func tangentsOfLargeAnglesAreExact() {
    let angles: [Float] = [0, 1e-20, -0.3, 1.5, 1.570_796_3, -4.7, 1e5, 3e7, -1e30]
    for (value, angle) in zip(tan(Tensor(angles)).scalars, angles) {
      let wanted = Foundation.tan(Double(angle))
      #expect(abs(Double(value) - wanted) <= 4e-7 * abs(wanted), "of \(angle)")
    }
    #expect(tan(Tensor([.infinity, .nan])).scalars.allSatisfy { $0.isNaN })
  }

  @Test func oddFunctionsAreOdd() {
    let x = Tensor(hash: 1, [1000], low: -5, high: 5)
    expectIdentical(erf(-x), -erf(x))
    expectIdentical(sin(-x), -sin(x))
    expectClose(sin(x) * sin(x) + cos(x) * cos(x), Tensor(ones: x.shape), tolerance: 1e-6)
    expectClose(log1p(expm1(x)), x, tolerance: 1e-5)
  }
}
