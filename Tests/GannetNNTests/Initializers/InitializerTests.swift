import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct InitializerTests {
  @Test func fansCountInputsAndOutputsOfAUnit() {
    let linear = Initializer.Fans([20, 30])
    #expect((linear.fanIn, linear.fanOut) == (30, 20))
    let convolution = Initializer.Fans([16, 6, 5, 3])
    #expect((convolution.fanIn, convolution.fanOut) == (90, 240))
  }

  @Test func uniformDrawsFillTheirBounds() {
    let x = withRandomSeed(1) { Initializer.uniform(-0.25, 0.75)([100, 100]).scalars }
    let (low, high) = (x.min()!, x.max()!)
    #expect(low >= -0.25 && low < -0.249 && high < 0.75 && high > 0.749)
    expectMoments(x, mean: 0.25, deviation: 1 / 12.0.squareRoot())
  }

  @Test func normalDrawsHaveTheirDeviation() {
    let x = withRandomSeed(1) { Initializer.normal(standardDeviation: 0.01)([100, 100]).scalars }
    expectMoments(x, mean: 0, deviation: 0.01)
  }

  @Test func theDefaultOfALinearLayerIsPyTorchs() {
    let layer = withRandomSeed(1) { Linear(400, 300) }
    let bound = 1.0 / 20
    for scalars in [layer.weight.value.scalars, layer.bias!.value.scalars] {
      #expect(scalars.allSatisfy { abs(Double($0)) <= bound })
      #expect(Double(scalars.max()!) > 0.95 * bound && Double(scalars.min()!) < -0.95 * bound)
    }
    expectMoments(layer.weight.value.scalars, mean: 0, deviation: bound / 3.0.squareRoot())
  }

  @Test func scaledRulesHaveTheirDeviations() {
    let shape: Shape = [200, 40, 3, 2]  // 240 inputs, 1,200 outputs
    let rules: [(Initializer, Double, isUniform: Bool)] = [
      (.xavierUniform(), 2 / 1_440.0, true),
      (.xavierNormal(), 2 / 1_440.0, false),
      (.xavierUniform(gain: 3), 18 / 1_440.0, true),
      (.xavierNormal(gain: Initializer.Gain.tanh), 2 / 1_440.0 * 25 / 9, false),
      (.heUniform(), 2 / 240.0, true),
      (.heNormal(), 2 / 240.0, false),
      (.heUniform(gain: 1, fan: .outputs), 1 / 1_200.0, true),
      (.heNormal(gain: 1, fan: .outputs), 1 / 1_200.0, false),
      (.heNormal(gain: Initializer.Gain.leakyReLU(slope: 1)), 1 / 240.0, false),
    ]
    for (rule, variance, isUniform) in rules {
      let x = withRandomSeed(1) { rule(shape).scalars }
      expectMoments(x, mean: 0, deviation: variance.squareRoot())
      let bound = (3 * variance).squareRoot()
      let largest = x.reduce(0) { max($0, Double(abs($1))) }
      #expect(isUniform ? largest <= bound * 1.000_001 : largest > 1.5 * bound)
    }
  }

  @Test func orthogonalWeightsHaveOrthonormalRowsOrColumns() {
    let wide = Initializer.orthogonal()([3, 2, 4])
    #expect(wide.shape == [3, 2, 4])
    let rows = wide.reshaped(to: [3, 8])
    expectClose(matmul(rows, rows, transposingB: true), Tensor(identity: 3))
    let tall = Initializer.orthogonal(gain: 2)([8, 3])
    expectClose(matmul(tall, tall, transposingA: true), Tensor(identity: 3) * 4)
    // LAPACK's Q alone has a negative corner; the rule's is as often positive.
    let positive = (0..<200).count { seed in
      withRandomSeed(UInt64(seed)) { Initializer.orthogonal()([2, 2]).scalars[0] > 0 }
    }
    #expect(abs(positive - 100) < 36)
  }

  @Test func theSameSeedGivesTheSameWeights() {
    func weights(_ seed: UInt64) -> [[Float]] {
      withRandomSeed(seed) { [Linear(5, 4), Linear(5, 4)].map { $0.weight.value.scalars } }
    }
    #expect(weights(1) == weights(1))
    #expect(weights(1) != weights(2))
    #expect(weights(1)[0] != weights(1)[1])
  }

  /// Expects mean and standard deviation of independent draws to within five standard errors.
  private func expectMoments(
    _ x: [Float], mean: Double, deviation: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let count = Double(x.count)
    let average = x.reduce(0) { $0 + Double($1) } / count
    let variance = x.reduce(0) { $0 + (Double($1) - average) * (Double($1) - average) } / count
    #expect(
      abs(average - mean) < 5 * deviation / count.squareRoot(), sourceLocation: sourceLocation)
    #expect(
      abs(variance.squareRoot() - deviation) < 5 * deviation / (2 * count).squareRoot(),
      sourceLocation: sourceLocation)
  }
}
