import GannetTensor
import TestSupport
import Testing

@Suite struct CustomOperationTests {
  private func cube(_ x: Tensor, twice: Bool = false) -> Tensor {
    Tensor.operation("cube", inputs: [x], twiceDifferentiable: twice) { inputs in
      inputs[0] * inputs[0] * inputs[0]
    } backward: { gradient, inputs, output in
      [gradient * inputs[0] * inputs[0] * 3]
    }
  }

  @Test func itStandsOnTheTapeAsAnyOther() throws {
    let x = Tensor(hash: 1, [3, 4])
    expectIdentical(cube(x), x * x * x)
    #expect(!cube(x).requiresGradient)
    try checkGradients(of: { self.cube($0[0] * 2).sum(along: 0) }, at: [x])
    expectSecondDerivatives([x]) { cube($0[0], twice: true) }
  }

  @Test func theResultCanBeUsed() throws {
    func power(_ x: Tensor) -> Tensor {
      Tensor.operation("power", inputs: [x], twiceDifferentiable: true) {
        exp($0[0])
      } backward: { gradient, _, output in
        [gradient * output]
      }
    }
    try checkGradients(of: { power($0[0]) }, at: [Tensor(hash: 1, [5])])
    expectSecondDerivatives([Tensor(hash: 1, [5])]) { power($0[0]) }
  }

  @Test func savedValuesReachBackward() throws {
    func mish(_ x: Tensor) -> Tensor {
      Tensor.operation("mish", inputs: [x]) { inputs in
        let gate = tanh(softplus(inputs[0]))
        return (inputs[0] * gate, gate)
      } backward: { gradient, inputs, _, gate in
        [gradient * (gate + inputs[0] * (1 - gate * gate) * sigmoid(inputs[0]))]
      }
    }
    let x = Tensor(hash: 1, [3, 4])
    expectIdentical(mish(x), x * tanh(softplus(x)))
    try checkGradients(of: { mish($0[0] * 2) }, at: [x])
  }

  @Test func savedTensorsAreFreedWithTheTape() {
    final class Saved {}
    weak var saved: Saved?
    do {
      let x = Tensor(hash: 1, [3]).requiringGradient()
      let y = Tensor.operation("twice", inputs: [x]) { inputs in
        let kept = Saved()
        saved = kept
        return (inputs[0] * 2, kept)
      } backward: { gradient, _, _, _ in
        [gradient * 2]
      }
      #expect(saved != nil)
      y.sum().backward()
    }
    #expect(saved == nil)
  }

  @Test func inputsWithoutAGradientMayBeSkipped() {
    let (x, y) = (Tensor(hash: 1, [3]).requiringGradient(), Tensor(hash: 2, [3]))
    let z = Tensor.operation("scale", inputs: [x, y]) {
      $0[0] * $0[1]
    } backward: { gradient, inputs, _ in
      [gradient * inputs[1], nil]
    }
    z.sum().backward()
    expectIdentical(x.gradient!, y)
  }

  @Test func wrongGradientsAreNamed() async {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [3]).requiringGradient()
      let y = Tensor.operation("half", inputs: [x]) {
        $0[0] * 0.5
      } backward: { gradient, _, _ in
        [gradient.sum()]
      }
      y.sum().backward()
    }
    expectMessage(shape, "half: a gradient of shape [] for an input of shape [3]")
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [3]).requiringGradient()
      let y = Tensor.operation("half", inputs: [x]) {
        $0[0] * 0.5
      } backward: { gradient, _, _ in
        [gradient, gradient]
      }
      y.sum().backward()
    }
    expectMessage(count, "half: 2 gradients for 1 inputs")
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [3]).requiringGradient()
      let y = Tensor.operation("half", inputs: [x]) {
        $0[0] * 0.5
      } backward: { gradient, _, _ in
        [gradient * 0.5]
      }
      _ = gradients(of: y.sum(), withRespectTo: [x], recording: true)
    }
    expectMessage(twice, "half: second derivatives are not available")
  }
}
