import GannetTensor
import TestSupport
import Testing

@Suite struct LinearTests {
  /// Of no features the bias is left; of no rows and no outputs, zeros.
  @Test func sizesOfZeroGiveTheBias() {
    for (rows, features, outputs) in [(2, 0, 3), (0, 4, 3), (2, 4, 0), (0, 0, 3), (70, 0, 5)] {
      let x = Tensor(hash: 1, [rows, 1, features]).requiringGradient()
      let weight = Tensor(hash: 2, [outputs, features]).requiringGradient()
      let bias = Tensor(hash: 3, [outputs]).requiringGradient()
      let y = linear(x, weight: weight, bias: bias, activation: .tanh)
      let rest = features == 0 ? tanh(bias) : bias
      expectClose(y, rest.expanded(to: [rows, 1, outputs]).detached())
      linear(x, weight: weight, bias: bias).sum().backward()
      expectIdentical(x.gradient!, Tensor(zeros: x.shape))
      expectIdentical(weight.gradient!, Tensor(zeros: weight.shape))
      expectIdentical(bias.gradient!, Tensor(repeating: Float(rows), shape: bias.shape))
    }
  }

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("linear")
    for name in ["linear", "linear_batched", "linear_vector"] {
      fixture.check(name) { linear($0[0], weight: $0[1], bias: $0[2]) }
    }
    fixture.check("linear_no_bias") { linear($0[0], weight: $0[1]) }
    for name in ["linear_relu", "linear_relu_large"] {
      fixture.check(name) { linear($0[0], weight: $0[1], bias: $0[2], activation: .relu) }
    }
    for (name, activation) in [
      ("sigmoid", .sigmoid), ("tanh", .tanh), ("gelu", .gelu), ("gelu_tanh", .geluTanh),
      ("silu", .silu), ("softplus", .softplus), ("elu", .elu(alpha: 0.7)), ("gelu_large", .gelu),
    ] as [(String, Activation)] {
      fixture.check("linear_\(name)") {
        linear($0[0], weight: $0[1], bias: $0[2], activation: activation)
      }
    }
  }

  /// Sizes N, in, out: none, one, and several chunks.
  private static let sizes = [
    (6, 4, 5), (1, 1, 1), (0, 4, 5), (6, 0, 5), (6, 4, 0), (300, 200, 130), (1, 300, 2_000),
    (2_000, 3, 33),
  ]

  @Test(arguments: sizes) func isTheProductWithItsEpilogue(
    _ rows: Int, _ inputs: Int, _ outputs: Int
  ) {
    let x = Tensor(hash: 1, [rows, inputs])
    let weight = Tensor(hash: 2, [outputs, inputs])
    let bias = Tensor(hash: 3, [outputs])
    let upstream = Tensor(hash: upstreamSeed, [rows, outputs])
    for bias in [bias, nil] {
      for (activation, function) in fusedActivations {
        let fused = leaves(x, weight, bias)
        let plain = leaves(x, weight, bias)
        let y = linear(
          fused[0], weight: fused[1], bias: bias.map { _ in fused[2] }, activation: activation)
        var z = matmul(plain[0], plain[1], transposingB: true)
        if bias != nil { z = z + plain[2] }
        z = function(z)
        let comment = "\(rows) \(inputs) \(outputs) \(bias == nil) \(activation)"
        // Kernels without fused multiply-add, as under the thread sanitizer, round once more.
        expectClose(y, z, tolerance: 2e-6, comment)
        y.backward(seed: upstream)
        z.backward(seed: upstream)
        for (a, b) in zip(fused, plain) {
          expectClose(a.gradient!, b.gradient!, tolerance: 5e-6, comment)
        }
      }
    }
  }

  @Test func aFusedActivationIsTheOperation() {
    let inputs = [Tensor(hash: 1, [301, 129]), Tensor(hash: 2, [67, 129]), Tensor(hash: 3, [67])]
    for (activation, function) in fusedActivations {
      expectFused(inputs, "\(activation)") {
        linear($0[0], weight: $0[1], bias: $0[2], activation: activation)
      } _: {
        function(linear($0[0], weight: $0[1], bias: $0[2]))
      }
    }
  }

  private func leaves(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> [Tensor] {
    ([x, weight] + (bias.map { [$0] } ?? [])).map { $0.requiringGradient() }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let inputs = [Tensor(hash: 1, [3, 4]), Tensor(hash: 2, [2, 4]), Tensor(hash: 3, [2])]
    expectGradients(inputs) { linear($0[0], weight: $0[1], bias: $0[2]) }
    expectGradients([Tensor(hash: 1, [2, 2, 4]), inputs[1]]) { linear($0[0], weight: $0[1]) }
    // All inputs positive, or all negative but the bias: no kink is near.
    let positive = inputs.map { $0 * 0.1 + 1 }
    expectGradients(positive) { linear($0[0], weight: $0[1], bias: $0[2], activation: .relu) }
    for activation in smoothActivations where activation != .relu {
      expectGradients(inputs) {
        linear($0[0], weight: $0[1], bias: $0[2], activation: activation)
      }
    }
  }

  /// The fused mask is the one of the separate operation, on the way forward and back.
  @Test(arguments: [Float(0), 0.3, 0.5, 1]) func dropoutIsThatOfTheOperation(_ probability: Float) {
    for (activation, _) in fusedActivations {
      let (rows, outputs) = (301, 67)
      let x = Tensor(hash: 1, [rows, 129])
      let weight = Tensor(hash: 2, [outputs, 129])
      let bias = Tensor(hash: 3, [outputs])
      var stream = RandomStream(seed: 7)
      let mask = DropoutMask(count: rows * outputs, probability: probability, using: &stream)
      let (fused, plain) = (leaves(x, weight, bias), leaves(x, weight, bias))
      let y = linear(
        fused[0], weight: fused[1], bias: fused[2], activation: activation, dropout: mask)
      let z = dropout(
        linear(plain[0], weight: plain[1], bias: plain[2], activation: activation), mask: mask)
      expectIdentical(y, z)
      let upstream = Tensor(hash: upstreamSeed, y.shape)
      y.backward(seed: upstream)
      z.backward(seed: upstream)
      for (a, b) in zip(fused, plain) { expectIdentical(a.gradient!, b.gradient!) }
    }
  }

  @Test func onlyRequestedTensorsGetGradients() {
    let (x, weight) = (Tensor(hash: 1, [3, 4]), Tensor(hash: 2, [2, 4]))
    let leaf = weight.requiringGradient()
    linear(x, weight: leaf).sum().backward()
    expectClose(leaf.gradient!, x.sum(along: 0) + Tensor(zeros: [2, 4]))
    let bias = Tensor(hash: 3, [2]).requiringGradient()
    linear(x, weight: weight, bias: bias).sum().backward()
    #expect(bias.gradient!.scalars == [3, 3])
    #expect(!linear(x, weight: weight).requiresGradient)
  }

  @Test func notANumberComesThroughRelu() {
    let x = Tensor([.nan, 1, -1], shape: [3, 1])
    let y = linear(x, weight: Tensor([1], shape: [1, 1]), bias: Tensor([0.5]), activation: .relu)
    #expect(y.scalars[0].isNaN)
    #expect(y.scalars[1] == 1.5)
    #expect(y.scalars[2] == 0)
  }
}
