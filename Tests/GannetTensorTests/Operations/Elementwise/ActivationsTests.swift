import GannetTensor
import TestSupport
import Testing

@Suite struct ActivationsTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("activations")
    fixture.check("gelu") { gelu($0[0]) }
    fixture.check("gelu_tanh") { geluTanh($0[0]) }
    fixture.check("silu") { silu($0[0]) }
    fixture.check("elu") { elu($0[0]) }
    fixture.check("elu_alpha") { elu($0[0], alpha: 0.5) }
    fixture.check("softplus") { softplus($0[0]) }
    fixture.check("log_sigmoid") { logSigmoid($0[0]) }
    fixture.check("leaky_relu") { leakyReLU($0[0], slope: 0.1) }
    fixture.check("prelu_shared") { prelu($0[0], slope: $0[1]) }
    fixture.check("prelu_channel") { prelu($0[0], slope: $0[1]) }
    fixture.check("selu") { selu($0[0]) }
    fixture.check("celu") { celu($0[0]) }
    fixture.check("celu_alpha") { celu($0[0], alpha: 0.5) }
    fixture.check("mish") { mish($0[0]) }
    // Its second derivatives are almost 0.
    fixture.check("mish_large", tolerance: 1e-4) { mish($0[0]) }
    fixture.check("softsign") { softsign($0[0]) }
    fixture.check("relu6") { relu6($0[0]) }
    fixture.check("hard_sigmoid") { hardSigmoid($0[0]) }
    fixture.check("hard_swish") { hardSwish($0[0]) }
    for axis in 0..<3 { fixture.check("glu_\(axis)") { glu($0[0], along: axis) } }
  }

  @Test func gradientsAndSecondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hashAwayFromZero: 1, [2, 3, 4])
    let functions: [(Tensor) -> Tensor] = [
      { gelu($0) }, { geluTanh($0) }, { silu($0) }, { softplus($0) }, { elu($0, alpha: 0.7) },
      { leakyReLU($0 * $0 * $0, slope: 0.2) }, { abs($0 * $0 * $0) }, { selu($0) },
      { celu($0, alpha: 0.7) }, { mish($0) }, { softsign($0) },
      { hardSigmoid($0 * $0 * $0) }, { hardSwish($0 * 2) }, { glu($0) }, { glu($0, along: 0) },
    ]
    for function in functions {
      expectGradients([x]) { function($0[0]) }
      expectSecondDerivatives([x]) { function($0[0]) }
    }
    let pieces = Tensor([-5, -1, -0.5, 1, 2.5, 5, 7, 9])  // between the kinks
    for function in [{ relu6($0) * $0 }, { hardSigmoid($0) * $0 }, { hardSwish($0) }]
      as [(Tensor) -> Tensor]
    {
      expectGradients([pieces]) { function($0[0]) }
      expectSecondDerivatives([pieces]) { function($0[0]) }
    }
    expectSecondDerivatives([x, Tensor(hash: 2, [3])]) {
      prelu($0[0] * $0[0] * $0[0], slope: $0[1])
    }
  }

  /// The fused gradient equals the recorded one.
  @Test func recordedGradientsAreTheFusedOnes() {
    let x = Tensor(hash: 1, [300], low: -6, high: 6).requiringGradient()
    let functions: [(Tensor) -> Tensor] = [
      { gelu($0) }, { geluTanh($0) }, { silu($0) }, { softplus($0) }, { elu($0, alpha: 0.7) },
      { selu($0) }, { celu($0, alpha: 0.7) }, { mish($0) }, { softsign($0) }, { relu6($0) },
      { hardSigmoid($0) }, { hardSwish($0) },
    ]
    let seed = Tensor(hash: 2, x.shape)
    for function in functions {
      let fused = gradients(of: function(x), withRespectTo: [x], seed: seed)[0]
      let recorded = gradients(of: function(x), withRespectTo: [x], seed: seed, recording: true)[0]
      expectClose(recorded, fused, tolerance: 2e-6)  // 1 - t * t in the fused one rounds
    }
  }

  @Test func tailsAreExact() {
    let x = Tensor([-100, -20, 0, 20, 100])
    expectClose(softplus(x), Tensor([0, 2.0611537e-9, 0.6931472, 20, 100]), tolerance: 1e-7)
    expectClose(softplus(Tensor([-20])), Tensor([2.0611537e-9]), tolerance: 1e-6)
    #expect(gelu(x).scalars == [0, 0, 0, 20, 100])
    #expect(silu(x).scalars[4] == 100)
    #expect(elu(x).scalars[0] == -1)
    #expect(elu(x).scalars[4] == 100)
    #expect(
      mish(x).scalars.suffix(2) == [20, 100] && abs(mish(x).scalars[0]) < .leastNormalMagnitude)
    expectClose(mish(Tensor([-20])), Tensor([-20 * 2.0611537e-9]), tolerance: 1e-6)
    #expect(relu6(x).scalars == [0, 0, 0, 6, 6] && hardSigmoid(x).scalars == [0, 0, 0.5, 1, 1])
    #expect(hardSwish(x).scalars == [0, 0, 0, 20, 100])
    #expect(celu(x, alpha: 2).scalars[0] == -2 && celu(x, alpha: 2).scalars[4] == 100)
    #expect(softsign(Tensor([3, -1e38])).scalars == [0.75, -1])
    for activation in [{ mish($0) }, { relu6($0) }, { hardSigmoid($0) }, { hardSwish($0) }]
      as [(Tensor) -> Tensor]
    {
      #expect(activation(Tensor([.nan])).scalar.isNaN)
    }
  }

  @Test func inPlaceOnlyWhereNothingElseHoldsTheStorage() {
    let x = Tensor(hash: 1, [20])
    let before = x.scalars
    _ = gelu(x)
    _ = silu(x)
    #expect(x.scalars == before)
    expectIdentical(gelu(x + 0), gelu(x))
  }

  /// The derivative at the ends of the pieces is that of PyTorch.
  @Test func derivativesAtKinks() {
    func derivatives(_ x: [Float], _ function: (Tensor) -> Tensor) -> [Float] {
      let x = Tensor(x).requiringGradient()
      function(x).sum().backward()
      return x.gradient!.scalars
    }
    #expect(derivatives([0, 6]) { relu6($0) } == [0, 0])
    #expect(derivatives([-3, 3]) { hardSigmoid($0) } == [0, 0])
    #expect(derivatives([-3, 0, 3]) { hardSwish($0) } == [0, 0.5, 1])
    #expect(derivatives([0]) { softsign($0) } == [1])
  }

  /// SELU keeps mean 0 and variance 1 of normal inputs.
  @Test func seluNormalizesItself() {
    let y = selu(withRandomSeed(3) { Tensor(normal: [200_000]) })
    #expect(abs(y.mean().scalar) < 0.01 && abs(y.variance().scalar - 1) < 0.02)
  }

  @Test func gluNamesAnOddSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = glu(Tensor(zeros: [2, 3]))
    }
    expectMessage(result, "glu: axis 1 of shape [2, 3] has an odd size")
    let alpha = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = celu(Tensor(zeros: [2]), alpha: 0)
    }
    expectMessage(alpha, "celu: alpha 0, expected another number")
  }

  @Test func preluNamesTheShapesThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = prelu(Tensor(zeros: [2, 3, 4]), slope: Tensor(zeros: [4]))
    }
    expectMessage(result, "prelu: shapes [2, 3, 4] and [4] don't fit")
  }
}
