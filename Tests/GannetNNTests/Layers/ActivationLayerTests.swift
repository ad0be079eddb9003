import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ActivationLayerTests {
  @Test func layersAreTheirFunctions() {
    let x = Tensor(hash: 1, [4, 3, 5], low: -3, high: 3)
    let pairs: [(any Layer, (Tensor) -> Tensor)] = [
      (ReLU(), { relu($0) }), (Sigmoid(), { sigmoid($0) }), (Tanh(), { tanh($0) }),
      (LeakyReLU(), { leakyReLU($0, slope: 0.01) }),
      (LeakyReLU(slope: 0.2), { leakyReLU($0, slope: 0.2) }),
      (PReLU(), { leakyReLU($0, slope: 0.25) }),
      (PReLU(slopeCount: 3, initialSlope: 0.1), { leakyReLU($0, slope: 0.1) }),
      (GELU(), { gelu($0) }), (GELU(isApproximate: true), { geluTanh($0) }),
      (SiLU(), { silu($0) }), (ELU(), { elu($0, alpha: 1) }),
      (ELU(alpha: 2), { elu($0, alpha: 2) }),
      (Softplus(), { softplus($0) }),
      (Softmax(), { softmax($0, along: 2) }), (Softmax(along: 1), { softmax($0, along: 1) }),
      (LogSoftmax(along: 0), { logSoftmax($0, along: 0) }), (SELU(), { selu($0) }),
      (CELU(alpha: 2), { celu($0, alpha: 2) }), (Mish(), { mish($0) }),
      (Softsign(), { softsign($0) }), (ReLU6(), { relu6($0) }),
      (HardSigmoid(), { hardSigmoid($0) }), (HardSwish(), { hardSwish($0) }),
      (GLU(along: 0), { glu($0, along: 0) }), (Identity(), { $0 }),
    ]
    for (layer, function) in pairs {
      expectIdentical(layer(x), function(x), "\(type(of: layer))")
    }
  }

  @Test func theSlopeOfPReLUIsLearned() {
    let layer = PReLU(slopeCount: 2)
    #expect(layer.parameters.map(\.name) == ["weight"])
    layer(Tensor([1, -2, -3, 4], shape: [2, 2])).sum().backward()
    #expect(layer.weight.gradient?.scalars == [-3, -2])
    layer.freeze()
    #expect(!layer(Tensor([1, -2], shape: [1, 2])).requiresGradient)
  }
}

@Suite struct GaussianNoiseTests {
  @Test func noiseHasItsDeviation() {
    let x = Tensor(hash: 1, [200, 200])
    let layer = withRandomSeed(3) { GaussianNoise(0.3) }
    let noise = (layer(x) - x).scalars.map(Double.init)
    let mean = noise.reduce(0, +) / 40_000
    let variance = noise.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
    #expect(abs(mean) < 5 * 0.3 / 200)
    #expect(abs(variance.squareRoot() - 0.3) < 5 * 0.3 / 80_000.0.squareRoot())
  }

  @Test func theSameSeedGivesTheSameNoise() {
    let x = Tensor(hash: 1, [10])
    let (first, second) = (
      withRandomSeed(3) { GaussianNoise(1) }, withRandomSeed(3) { GaussianNoise(1) }
    )
    let once = first(x)
    expectIdentical(second(x), once)
    #expect(first(x).scalars != once.scalars)
    second.stream = RandomStream(seed: 3)
    expectIdentical(second(x), once)
  }

  @Test func layersMadeBeforeTheSeedFollowIt() {
    let x = Tensor(hash: 1, [100])
    withRandomSeed(0) {
      let (dropout, noise) = (Dropout(0.5), GaussianNoise(1))
      let truncation = Truncation.unbiased(keeping: 0.5)
      func draws() -> [[Float]] {
        seedRandom(7)
        return [dropout(x).scalars, noise(x).scalars, truncation.factors(steps: 50)]
      }
      let first = draws()
      #expect(draws() == first)
      let within = withRandomSeed(7) { [dropout(x).scalars, noise(x).scalars] }
      #expect(within == Array(first.prefix(2)))
      #expect(dropout(x).scalars != first[0])
      // The stream read before a draw is the one that the draw uses.
      seedRandom(7)
      #expect(dropout.randomStreams[""] == RandomStream(seed: 7))
      #expect(dropout(x).scalars == first[0])
    }
  }

  @Test func gradientsPassUnchanged() {
    let x = Tensor(hash: 1, [10]).requiringGradient()
    let seed = Tensor(hash: 2, [10])
    GaussianNoise(1)(x).backward(seed: seed)
    expectIdentical(x.gradient!, seed)
  }

  @Test func predictionAndZeroAddNothing() {
    let x = Tensor(hash: 1, [10])
    let layer = GaussianNoise(1)
    expectIdentical(layer.evaluating { layer(x) }, x)
    expectIdentical(GaussianNoise(0)(x), x)
    #expect(layer.randomStreams[""]?.position == 0)
  }

  @Test func aNegativeDeviationStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GaussianNoise(-1)
    }
    expectMessage(result, "GaussianNoise: standardDeviation -1.0, expected 0 or more")
  }
}
