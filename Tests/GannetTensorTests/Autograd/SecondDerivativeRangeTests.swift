import Foundation
import GannetTensor
import Testing

/// The second derivatives of functions of one number against their formulas in double precision: off by no more
/// than four times what PyTorch's are in single precision.
@Suite struct SecondDerivativeRangeTests {
  private struct Function: Sendable {
    let name: String
    let function: @Sendable (Tensor) -> Tensor
    let second: @Sendable (Double) -> Double
    let domain: ClosedRange<Double>
    /// PyTorch's largest error there.
    let peer: Double
  }

  private static func slope(_ x: Double) -> Double {
    let tail = exp(-abs(x))
    return tail / ((1 + tail) * (1 + tail))
  }
  private static func bend(_ x: Double) -> Double { -slope(x) * tanh(x / 2) }

  /// By the difference, at 100,001 even places.
  private static let differences = [
    Function(
      name: "gelu", function: { gelu($0) },
      second: { (2 - $0 * $0) * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() },
      domain: -20...20, peer: 1.02e-7),
    Function(
      name: "geluTanh", function: { geluTanh($0) },
      second: { x in
        let scale = 2 * (2 / Double.pi).squareRoot()
        let z = scale * (x + 0.044715 * x * x * x)
        let (first, second) = (scale * (1 + 0.134145 * x * x), scale * 0.26829 * x)
        return 2 * slope(z) * first + x * (bend(z) * first * first + slope(z) * second)
      }, domain: -20...20, peer: 3.87e-7),
    Function(
      name: "silu", function: { silu($0) }, second: { 2 * slope($0) + $0 * bend($0) },
      domain: -100...100, peer: 8.72e-7),
    Function(
      name: "softplus", function: { softplus($0) }, second: { slope($0) }, domain: -100...100,
      peer: 8.70e-8),
    Function(
      name: "logSigmoid", function: { logSigmoid($0) }, second: { -slope($0) },
      domain: -100...100, peer: 8.70e-8),
    Function(
      name: "sigmoid", function: { sigmoid($0) }, second: { bend($0) }, domain: -100...100,
      peer: 8.69e-8),
    Function(
      name: "tanh", function: { tanh($0) }, second: { 8 * bend(2 * $0) }, domain: -20...20,
      peer: 1.22e-7),
    Function(
      name: "elu", function: { elu($0, alpha: 0.7) }, second: { $0 <= 0 ? 0.7 * exp($0) : 0 },
      domain: -100...100, peer: 5.53e-8),
    Function(
      name: "exp", function: { exp($0) }, second: { exp($0) }, domain: -80...5, peer: 7.70e-6),
    Function(
      name: "expm1", function: { expm1($0) }, second: { exp($0) }, domain: -80...5,
      peer: 1.14e-5),
    Function(
      name: "erf", function: { erf($0) },
      second: { -4 * $0 * exp(-$0 * $0) / Double.pi.squareRoot() }, domain: -10...10,
      peer: 1.73e-7),
    Function(
      name: "sin", function: { sin($0) }, second: { -sin($0) }, domain: -30...30, peer: 3.56e-8),
    Function(
      name: "cos", function: { cos($0) }, second: { -cos($0) }, domain: -30...30, peer: 3.58e-8),
  ]

  /// By the quotient, at 100,001 places from e⁻⁹ to e⁹.
  private static let quotients = [
    Function(
      name: "sqrt", function: { sqrt($0) }, second: { -0.25 * pow($0, -1.5) }, domain: -9...9,
      peer: 3.33e-7),
    Function(
      name: "log", function: { log($0) }, second: { -1 / ($0 * $0) }, domain: -9...9,
      peer: 1.17e-7),
    Function(
      name: "log1p", function: { log1p($0) }, second: { -1 / ((1 + $0) * (1 + $0)) },
      domain: -9...9, peer: 1.76e-7),
    Function(
      name: "rsqrt", function: { rsqrt($0) }, second: { 0.75 * pow($0, -2.5) }, domain: -9...9,
      peer: 6.15e-7),
    Function(
      name: "cube", function: { pow($0, 3) }, second: { 6 * $0 }, domain: -9...9, peer: 5.96e-8),
    Function(
      name: "power 2.5", function: { pow($0, 2.5) }, second: { 3.75 * $0.squareRoot() },
      domain: -9...9, peer: 1.71e-7),
    Function(
      name: "power -2", function: { pow($0, -2) }, second: { 6 * pow($0, -4) }, domain: -9...9,
      peer: 1.08e-7),
    Function(
      name: "quotient", function: { 2 / $0 }, second: { 4 / ($0 * $0 * $0) }, domain: -9...9,
      peer: 2.81e-7),
  ]

  @Test(arguments: differences.indices) func differencesAreSmall(_ index: Int) {
    let function = Self.differences[index]
    check(function, Self.places(function.domain)) { abs($0 - $1) }
  }

  @Test(arguments: quotients.indices) func quotientsAreNearOne(_ index: Int) {
    let function = Self.quotients[index]
    check(function, Self.places(function.domain).map { Foundation.exp($0) }) { abs($0 / $1 - 1) }
  }

  private static func places(_ domain: ClosedRange<Double>) -> [Float] {
    let (first, span) = (domain.lowerBound, domain.upperBound - domain.lowerBound)
    return (0...100_000).map { Float(first + span * Double($0) / 100_000) }
  }

  private func check(
    _ function: Function, _ places: [Float], error: (Double, Double) -> Double
  ) {
    let x = Tensor(places).requiringGradient()
    let first = gradients(of: function.function(x).sum(), withRespectTo: [x], recording: true)[0]
    let second = gradients(of: first.sum(), withRespectTo: [x])[0].scalars
    var worst = (x: Float(0), error: 0.0)
    for (x, value) in zip(places, second) {
      let error = error(Double(value), function.second(Double(x)))
      if !(error <= worst.error) { worst = (x, error) }
    }
    #expect(
      worst.error <= 4 * function.peer, "\(function.name) at \(worst.x): off by \(worst.error)")
  }
}
