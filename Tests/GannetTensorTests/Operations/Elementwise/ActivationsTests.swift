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
  }

  @Test func gradientsAndSecondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hashAwayFromZero: 1, [2, 3, 4])
    let functions: [(Tensor) -> Tensor] = [
      { gelu($0) }, { geluTanh($0) }, { silu($0) }, { softplus($0) }, { elu($0, alpha: 0.7) },
      { leakyReLU($0 * $0 * $0, slope: 0.2) }, { abs($0 * $0 * $0) },
    ]
    for function in functions {
      expectGradients([x]) { function($0[0]) }
      expectSecondDerivatives([x]) { function($0[0]) }
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
  }

  @Test func inPlaceOnlyWhereNothingElseHoldsTheStorage() {
    let x = Tensor(hash: 1, [20])
    let before = x.scalars
    _ = gelu(x)
    _ = silu(x)
    #expect(x.scalars == before)
    expectIdentical(gelu(x + 0), gelu(x))
  }

  @Test func preluNamesTheShapesThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = prelu(Tensor(zeros: [2, 3, 4]), slope: Tensor(zeros: [4]))
    }
    expectMessage(result, "prelu: shapes [2, 3, 4] and [4] don't fit")
  }
}
