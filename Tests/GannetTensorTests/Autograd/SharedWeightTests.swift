import GannetTensor
import TestSupport
import Testing

/// The gradient of a weight that several steps share, to which each adds its product in place.
@Suite struct SharedWeightTests {
  private static var weight: Tensor { Tensor(hash: 1, [40, 40]) }

  /// Three linear layers of one weight.
  private func value(_ weight: Tensor) -> Tensor {
    var x = Tensor(hash: 2, [30, 40])
    for _ in 0..<3 { x = linear(x, weight: weight, activation: .tanh) }
    return (x * x).sum()
  }

  /// The sum of the gradients of three weights of equal values, one for each of the three layers.
  private func sumOfParts() -> Tensor {
    let weights = (0..<3).map { _ in Self.weight.requiringGradient() }
    var x = Tensor(hash: 2, [30, 40])
    for weight in weights { x = linear(x, weight: weight, activation: .tanh) }
    return gradients(of: (x * x).sum(), withRespectTo: weights).reduce(Tensor(0)) { $0 + $1 }
  }

  @Test func linearLayersAddUp() {
    let weight = Self.weight.requiringGradient()
    value(weight).backward()
    expectClose(weight.gradient!, sumOfParts(), tolerance: 1e-6)
  }

  /// A second pass over a kept tape, and another pass into the same leaf, do not write into gradients
  /// that are handed out.
  @Test func gradientsHandedOutStay() {
    let weight = Self.weight.requiringGradient()
    let y = value(weight)
    let first = gradients(of: y, withRespectTo: [weight], keepingTape: true)[0]
    let copy = Tensor(first.scalars, shape: first.shape)
    let second = gradients(of: y, withRespectTo: [weight], keepingTape: true)[0]
    y.backward()
    let held = weight.gradient!
    let heldCopy = Tensor(held.scalars, shape: held.shape)
    value(weight).backward()
    expectIdentical(first, copy)
    expectIdentical(second, copy)
    expectIdentical(held, heldCopy)
    expectClose(weight.gradient!, copy * 2, tolerance: 1e-5)
  }

  /// The recorded pass, whose gradients can be differentiated, has the same values.
  @Test func recordedGradientsAreEqual() {
    let weight = Self.weight.requiringGradient()
    let recorded = gradients(of: value(weight), withRespectTo: [weight], recording: true)[0]
    expectClose(recorded, sumOfParts(), tolerance: 1e-6)
  }

  /// The result of a step, too, can be a weight of several others.
  @Test func aComputedWeightIsShared() {
    let leaf = Self.weight.requiringGradient()
    value(tanh(leaf)).backward()
    let slope = (tanh(Self.weight) * tanh(Self.weight)) * -1 + 1
    let inner = tanh(Self.weight).requiringGradient()
    value(inner).backward()
    expectClose(leaf.gradient!, inner.gradient! * slope, tolerance: 1e-6)
  }

  /// Recurrent layers that run step by step have the gradients of one that runs over all steps.
  @Test(arguments: RecurrentKind.allCases) func recurrentStepsAddUp(
    _ kind: RecurrentKind
  ) {
    let gates = kind.gateCount * 20
    let x = Tensor(hash: 3, [4, 100, 30])
    func weights() -> RecurrentWeights {
      RecurrentWeights(
        input: Tensor(hash: 4, [gates, 30], low: -0.2, high: 0.2).requiringGradient(),
        state: Tensor(hash: 5, [gates, 20], low: -0.2, high: 0.2).requiringGradient(),
        inputBias: Tensor(hash: 6, [gates]).requiringGradient(),
        stateBias: Tensor(hash: 7, [gates]).requiringGradient())
    }
    let (whole, stepped) = (weights(), weights())
    let all = recurrent(kind, .features(x), weights: [whole])
    (all.output * all.output).sum().backward()
    var (state, cell): (Tensor?, Tensor?) = (nil, nil)
    var total = Tensor(0)
    for time in 0..<4 {
      let step = recurrent(
        kind, .features(x[time..<time + 1]), weights: [stepped], state: state, cellState: cell)
      (state, cell) = (step.state, step.cell)
      total = total + (step.output * step.output).sum()
    }
    total.backward()
    let pairs = [
      (whole.input, stepped.input), (whole.state, stepped.state),
      (whole.inputBias!, stepped.inputBias!), (whole.stateBias!, stepped.stateBias!),
    ]
    for (expected, found) in pairs {
      expectClose(found.gradient!, expected.gradient!, tolerance: 2e-5)
    }
  }
}
