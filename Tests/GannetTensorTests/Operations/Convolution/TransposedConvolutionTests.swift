import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func valuesAndGradientsArePyTorchs(_ algorithm: ConvolutionAlgorithm) throws {
    let fixture = try Fixture("transposed_convolutions")
    #expect(fixture.names.count > 10)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      func size(_ key: String, _ standard: Size2D) -> Size2D {
        (arguments[key] as? [Int]).map { Size2D($0[0], $0[1]) } ?? standard
      }
      let padding = size("padding", 0)
      fixture.check(name, tolerance: algorithm == .exact ? 1e-5 : 1e-4) {
        transposedConv2D(
          $0[0], weight: $0[1], bias: $0.count > 2 ? $0[2] : nil, stride: size("stride", 1),
          padding: Padding2D(padding.height, padding.width),
          outputPadding: size("output_padding", 0), dilation: size("dilation", 1),
          groups: arguments["groups"] as? Int ?? 1, algorithm: algorithm)
      }
    }
  }

  /// Pixels that the kernel never reaches equal the bias, also in reused buffers.
  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func outputPaddingHoldsTheBias(_ algorithm: ConvolutionAlgorithm) {
    for _ in 0..<4 { _ = Tensor(repeating: .nan, shape: [1, 1, 2, 2]) }
    let x = Tensor(repeating: 3, shape: [1, 1, 1, 1]).requiringGradient()
    let weight = Tensor(repeating: 2, shape: [1, 1, 1, 1]).requiringGradient()
    let bias = Tensor([0.5]).requiringGradient()
    let y = transposedConv2D(
      x, weight: weight, bias: bias, outputPadding: 1, dilation: 2, algorithm: algorithm)
    #expect(y.shape == [1, 1, 2, 2])
    #expect(y.scalars == [6.5, 0.5, 0.5, 0.5])
    y.backward(seed: Tensor([1, 10, 100, 1000]).reshaped(to: [1, 1, 2, 2]))
    #expect(x.gradient!.scalars == [2])
    #expect(weight.gradient!.scalars == [3])
    #expect(bias.gradient!.scalars == [1111])
  }

  @Test func isTheGradientOfTheConvolution() {
    let weight = Tensor(hash: 2, [4, 3, 3, 3])
    let x = Tensor(hash: 1, [2, 3, 9, 8]).requiringGradient()
    let y = conv2D(x, weight: weight, stride: 2, padding: 1, algorithm: .exact)
    let dy = Tensor(hash: 3, y.shape)
    y.backward(seed: dy)
    expectIdentical(
      transposedConv2D(
        dy, weight: weight, stride: 2, padding: 1, outputPadding: Size2D(0, 1), algorithm: .exact),
      x.gradient!)
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let inputs = [
      Tensor(hash: 1, [2, 2, 3, 4]), Tensor(hash: 2, [2, 3, 3, 2]), Tensor(hash: 3, [3]),
    ]
    expectGradients(inputs) {
      transposedConv2D($0[0], weight: $0[1], bias: $0[2], stride: 2, activation: .tanh)
    }
    expectGradients(inputs) {
      transposedConv2D($0[0], weight: $0[1], bias: $0[2], padding: 1, activation: .sigmoid)
    }
  }

  @Test func theActivationIsThatOfTheOperation() {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 5, 4]), Tensor(hash: 2, [3, 4, 3, 3]))
    let bias = Tensor(hash: 3, [4])
    let plain = transposedConv2D(x, weight: weight, bias: bias)
    for (activation, function) in fusedActivations {
      expectFused([x, weight, bias], "\(activation)") {
        transposedConv2D($0[0], weight: $0[1], bias: $0[2], activation: activation)
      } _: {
        function(transposedConv2D($0[0], weight: $0[1], bias: $0[2]))
      }
    }
    expectClose(plain, transposedConv2D(x, weight: weight) + bias.reshaped(to: [4, 1, 1]))
  }

  @Test func emptyBatchesGiveEmptyResults() {
    let y = transposedConv2D(
      Tensor(zeros: [0, 3, 5, 5]), weight: Tensor(hash: 2, [3, 4, 3, 3]), bias: Tensor(zeros: [4]))
    #expect(y.shape == [0, 4, 7, 7])
  }
}
