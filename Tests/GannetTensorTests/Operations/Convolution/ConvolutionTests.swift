import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  /// Stride, padding, dilation and groups of a fixture's case.
  private struct Settings {
    var stride: Size2D = 1
    var padding: Padding2D = 0
    var dilation: Size2D = 1
    var groups = 1
    var activation = Activation.identity

    init(_ arguments: [String: Any]) {
      func pair(_ name: String) -> (Int, Int)? {
        (arguments[name] as? [Int]).map { ($0[0], $0[1]) }
      }
      if let (height, width) = pair("stride") { stride = Size2D(height, width) }
      if let (height, width) = pair("dilation") { dilation = Size2D(height, width) }
      if let (vertical, horizontal) = pair("padding") { padding = Padding2D(vertical, horizontal) }
      if let sides = arguments["sides"] as? [Int] {
        padding = Padding2D(top: sides[2], bottom: sides[3], left: sides[0], right: sides[1])
      }
      groups = arguments["groups"] as? Int ?? 1
      switch arguments["activation"] as? String {
      case "sigmoid": activation = .sigmoid
      case "tanh": activation = .tanh
      case "gelu": activation = .gelu
      case "silu": activation = .silu
      default: break
      }
    }
  }

  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func valuesAndGradientsArePyTorchs(_ algorithm: ConvolutionAlgorithm) throws {
    let fixture = try Fixture("convolutions")
    #expect(fixture.names.count > 30)
    for name in fixture.names {
      let settings = Settings(fixture.arguments(name))
      fixture.check(name, tolerance: algorithm == .exact ? 1e-5 : 1e-4) {
        conv2D(
          $0[0], weight: $0[1], bias: $0.count > 2 ? $0[2] : nil, stride: settings.stride,
          padding: settings.padding, dilation: settings.dilation, groups: settings.groups,
          activation: settings.activation, algorithm: algorithm)
      }
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let (x, weight) = (Tensor(hash: 1, [2, 2, 5, 4]), Tensor(hash: 2, [4, 2, 3, 2]))
    let bias = Tensor(hash: 3, [4])
    for algorithm in [ConvolutionAlgorithm.exact, .automatic] {
      expectGradients([x, weight, bias]) {
        conv2D($0[0], weight: $0[1], bias: $0[2], padding: 1, algorithm: algorithm)
      }
      expectGradients([x, weight]) {
        conv2D($0[0], weight: $0[1], stride: 2, padding: 2, dilation: 2, algorithm: algorithm)
      }
      for activation in [Activation.sigmoid, .tanh, .gelu, .geluTanh, .silu] {
        expectGradients([x, weight * 0.3, bias]) {
          conv2D(
            $0[0], weight: $0[1], bias: $0[2], activation: activation, algorithm: algorithm)
        }
      }
      // All inputs positive: no kink is near.
      expectGradients([x * 0.1 + 1, weight * 0.1 + 1, bias]) {
        conv2D($0[0], weight: $0[1], bias: $0[2], activation: .relu, algorithm: algorithm)
      }
      expectGradients([Tensor(hash: 1, [2, 4, 5, 4]), Tensor(hash: 2, [4, 2, 3, 3])]) {
        conv2D($0[0], weight: $0[1], padding: 1, groups: 2, algorithm: algorithm)
      }
    }
  }

  @Test func onlyRequestedTensorsGetGradients() {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 5, 5]), Tensor(hash: 2, [4, 3, 3, 3]))
    let bias = Tensor(hash: 3, [4])
    #expect(!conv2D(x, weight: weight, bias: bias).requiresGradient)
    let all = [x, weight, bias].map { $0.requiringGradient() }
    let y = conv2D(all[0], weight: all[1], bias: all[2], activation: .tanh)
    y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
    for asked in 0..<3 {
      let inputs = [x, weight, bias].enumerated().map {
        $0.offset == asked ? $0.element.requiringGradient() : $0.element
      }
      let z = conv2D(inputs[0], weight: inputs[1], bias: inputs[2], activation: .tanh)
      z.backward(seed: Tensor(hash: upstreamSeed, z.shape))
      for (number, input) in inputs.enumerated() {
        if number == asked {
          expectIdentical(input.gradient!, all[number].gradient!)
        } else {
          #expect(input.gradient == nil)
        }
      }
    }
  }

  @Test func allCanBeExact() {
    func results(_ algorithm: ConvolutionAlgorithm) -> [Tensor] {
      let x = Tensor(hash: 1, [2, 16, 12, 12]).requiringGradient()
      let weight = Tensor(hash: 2, [24, 16, 3, 3]).requiringGradient()
      let y = conv2D(x, weight: weight, padding: 1, algorithm: algorithm)
      return [y, transposedConv2D(y, weight: weight, padding: 1, algorithm: algorithm)]
    }
    let exact = results(.exact)
    for (forced, wanted) in zip(withExactConvolutions { results(.automatic) }, exact) {
      expectIdentical(forced, wanted)
    }
    #expect(results(.automatic)[0].scalars != exact[0].scalars)
  }

  @Test func resultsAreChannelsLast() {
    let y = conv2D(Tensor(hash: 1, [2, 3, 5, 5]), weight: Tensor(hash: 2, [4, 3, 3, 3]))
    #expect(y.layout == .channelsLast)
    #expect(y.shape == [2, 4, 3, 3])
  }

  @Test func emptyBatchesGiveEmptyResults() {
    let x = Tensor(zeros: [0, 3, 5, 5]).requiringGradient()
    let weight = Tensor(hash: 2, [4, 3, 3, 3]).requiringGradient()
    let bias = Tensor(hash: 3, [4]).requiringGradient()
    for algorithm in [ConvolutionAlgorithm.exact, .automatic] {
      let y = conv2D(x, weight: weight, bias: bias, algorithm: algorithm)
      #expect(y.shape == [0, 4, 3, 3])
      y.sum().backward()
    }
    #expect(x.gradient?.shape == [0, 3, 5, 5])
    expectIdentical(weight.gradient!, Tensor(zeros: [4, 3, 3, 3]))
    expectIdentical(bias.gradient!, Tensor(zeros: [4]))
  }

  @Test func imagesWithoutChannelsGiveTheBias() {
    let x = Tensor(zeros: [2, 0, 4, 4]).requiringGradient()
    let weight = Tensor(zeros: [3, 0, 2, 2]).requiringGradient()
    let y = conv2D(x, weight: weight, bias: Tensor([1, 2, 3]))
    y.sum().backward()
    #expect(x.gradient?.shape == x.shape && weight.gradient?.shape == weight.shape)
    expectIdentical(y, Tensor([1, 2, 3], shape: [1, 3, 1, 1]) + Tensor(zeros: [2, 3, 3, 3]))
  }

  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func bitsAreTheSameOnAnyNumberOfThreads(_ algorithm: ConvolutionAlgorithm) {
    let shapes: [(Shape, Shape, Size2D, Int)] = [
      ([9, 16, 24, 24], [20, 16, 3, 3], 1, 1), ([9, 16, 24, 24], [20, 16, 3, 3], 2, 1),
      ([9, 1, 28, 28], [6, 1, 5, 5], 1, 1), ([3, 64, 17, 17], [32, 64, 1, 1], 1, 1),
      ([5, 32, 12, 12], [32, 16, 3, 3], 1, 2), ([30, 6, 14, 14], [16, 6, 5, 5], 1, 1),
    ]
    for (images, kernels, stride, groups) in shapes {
      let results = [1, 2, 3, 5].map { count in
        onThreads(count) {
          let inputs = [images, kernels, [kernels[0]]].enumerated().map {
            Tensor(hash: UInt32($0.offset) + 1, $0.element).requiringGradient()
          }
          let y = conv2D(
            inputs[0], weight: inputs[1], bias: inputs[2], stride: stride, padding: 1,
            groups: groups, activation: .relu, algorithm: algorithm)
          y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
          return [y.detached()] + inputs.map { $0.gradient! }
        }
      }
      for others in results.dropFirst() {
        for (a, b) in zip(results[0], others) { expectIdentical(a, b, "\(images) \(kernels)") }
      }
    }
  }
}
