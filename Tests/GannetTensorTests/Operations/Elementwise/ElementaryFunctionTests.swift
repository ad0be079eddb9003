import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct ElementaryFunctionTests {
  private struct Function: Sendable {
    let name: String
    let tensors: @Sendable (Tensor) -> Tensor
    let reference: @Sendable (Double) -> Double
    /// The tested domain, and the allowed error in units in the last place.
    let domain: ClosedRange<Float>
    let units: Double
  }

  private static let functions = [
    Function(
      name: "exp", tensors: { exp($0) }, reference: { Foundation.exp($0) }, domain: -104...89,
      units: 2),
    Function(
      name: "log", tensors: { log($0) }, reference: { Foundation.log($0) },
      domain: 0...Float.greatestFiniteMagnitude, units: 2),
    Function(
      name: "sqrt", tensors: { sqrt($0) }, reference: { $0.squareRoot() },
      domain: 0...Float.greatestFiniteMagnitude, units: 0.5),
    Function(
      name: "tanh", tensors: { tanh($0) }, reference: { Foundation.tanh($0) }, domain: -20...20,
      units: 3),
    Function(
      name: "sigmoid", tensors: { sigmoid($0) }, reference: { 1 / (1 + Foundation.exp(-$0)) },
      domain: -87...40, units: 3),
  ]

  /// Evenly spaced values, and values evenly spaced by their exponent, within `domain`.
  private static func samples(_ domain: ClosedRange<Float>) -> [Float] {
    let (low, high) = (Double(domain.lowerBound), Double(domain.upperBound))
    let even = (0...100_000).map { Float(low + (high - low) * Double($0) / 100_000) }
    let byExponent = stride(from: UInt32(1), to: Float.infinity.bitPattern, by: 20_011).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }
    return (even + byExponent).filter { domain.contains($0) }
  }

  @Test(arguments: functions.indices) func valuesAreRightToAFewUnits(_ index: Int) {
    let function = Self.functions[index]
    let inputs = Self.samples(function.domain)
    let outputs = function.tensors(Tensor(inputs)).scalars
    var worst = (x: Float(0), units: 0.0)
    for (x, y) in zip(inputs, outputs) {
      let exact = function.reference(Double(x))
      let nearest = Float(exact)
      if y == nearest { continue }
      guard y.isFinite, nearest.isFinite else {
        // Rounding decides between the largest number and infinity.
        #expect(min(abs(y), abs(nearest)) > 3.4e38, "\(function.name)(\(x)) is \(y)")
        continue
      }
      let units = abs(Double(y) - exact) / Double(nearest.ulp)
      if units > worst.units { worst = (x, units) }
    }
    #expect(worst.units <= function.units, "\(function.name)(\(worst.x)): \(worst.units) units")
  }

  @Test func specialValues() {
    let (infinity, tiny) = (Float.infinity, Float.leastNonzeroMagnitude)
    func expect(
      _ function: (Tensor) -> Tensor, _ inputs: [Float], _ outputs: [Float],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let values = function(Tensor(inputs)).scalars
      for (index, value) in values.enumerated() {
        let same = value == outputs[index] && value.sign == outputs[index].sign
        #expect(
          same || (value.isNaN && outputs[index].isNaN), "of \(inputs[index]): \(value)",
          sourceLocation: sourceLocation)
      }
    }
    expect(
      { exp($0) }, [0, -0.0, infinity, -infinity, .nan, 200, -200, 1e38, -1e38],
      [1, 1, infinity, 0, .nan, infinity, 0, infinity, 0])
    expect(
      { log($0) }, [1, 0, -0.0, infinity, -1, -infinity, .nan, -tiny],
      [0, -infinity, -infinity, infinity, .nan, .nan, .nan, .nan])
    expect(
      { sqrt($0) }, [0, -0.0, 4, infinity, -1, -infinity, .nan],
      [0, -0.0, 2, infinity, .nan, .nan, .nan])
    expect(
      { tanh($0) }, [0, -0.0, infinity, -infinity, .nan, 1e38, -1e38],
      [0, -0.0, 1, -1, .nan, 1, -1])
    expect(
      { sigmoid($0) }, [0, -0.0, infinity, -infinity, .nan, 1e38, -1e38],
      [0.5, 0.5, 1, 0, .nan, 1, 0])
    expect(
      { relu($0) }, [0, 3, -3, infinity, -infinity, .nan, tiny, -tiny],
      [0, 3, 0, infinity, 0, .nan, tiny, 0])
  }

  /// Below -88 the exact value is a denormal number or 0.
  @Test func sigmoidVanishesFarBelowZero() {
    let values = sigmoid(Tensor([-88, -89, -100, -104, -1_000])).scalars
    #expect(values.allSatisfy { $0 >= 0 && $0 < .leastNormalMagnitude })
  }

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("functions")
    for function in Self.functions where function.name != "sigmoid" {
      fixture.check(function.name) { function.tensors($0[0]) }
    }
    let activations = try Fixture("activations")
    activations.check("relu", tolerance: 0) { relu($0[0]) }
    activations.check("relu_long", tolerance: 0) { relu($0[0]) }
    activations.check("sigmoid") { sigmoid($0[0]) }
    // Made from a result that has been rounded near 1, most of these gradients being next to 0.
    activations.check("sigmoid_large", tolerance: 1e-4) { sigmoid($0[0]) }
    activations.check("tanh_large", tolerance: 3e-4) { tanh($0[0]) }
  }

  @Test func everyFormOfMemoryGivesTheSameBits() {
    for shape in [[2, 3, 4, 5], [], [0, 2], [40_001], [3, 5, 7]] as [Shape] {
      let x = Tensor(hash: 1, shape, low: 0.1, high: 3)
      for function in Self.functions {
        for form in MemoryForm.allCases {
          expectIdentical(
            function.tensors(form(x)), function.tensors(x), "\(function.name) \(form)")
        }
      }
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let x = Tensor(hash: 1, [3, 4], low: 0.5, high: 2)
    for function in Self.functions { expectGradients([x]) { function.tensors($0[0]) } }
    expectGradients([Tensor(hashAwayFromZero: 1, [3, 4])]) { relu($0[0]) }
    expectGradients([Tensor(hash: 1, [3, 4])]) { tanh($0[0]) }
    expectGradients([Tensor(hash: 1, [3, 4])]) { sigmoid($0[0]) }
  }

  @Test func reluHasTheDerivativeZeroAtZero() {
    let x = Tensor([-1, 0, 2]).requiringGradient()
    relu(x).sum().backward()
    #expect(x.gradient!.scalars == [0, 0, 1])
  }

  @Test func algebra() {
    let x = Tensor(hash: 1, [1_000])
    expectIdentical(relu(x) - relu(-x), x)
    expectClose(sigmoid(x), 0.5 * tanh(0.5 * x) + 0.5, tolerance: 1e-6)
    expectClose(log(exp(x)), x, tolerance: 1e-6)
    expectIdentical(tanh(-x), -tanh(x))
    expectClose(sqrt(x * x), relu(x) + relu(-x), tolerance: 1e-6)
  }
}
