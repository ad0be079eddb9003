import GannetTensor
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test(arguments: 0..<3) func valuesAndGradientsArePyTorchs(axis: Int) throws {
    let fixture = try Fixture("activations")
    fixture.check("softmax_\(axis)") { softmax($0[0], along: axis) }
    fixture.check("log_softmax_\(axis)") { logSoftmax($0[0], along: axis) }
    fixture.check("logsumexp_\(axis)") { logSumExp($0[0], along: [axis]) }
  }

  @Test func largeInputsDoNotOverflow() throws {
    let fixture = try Fixture("activations")
    // Most gradients are 0 besides a few with cancellation, so the root mean square is small.
    fixture.check("softmax_large", tolerance: 2e-5) { softmax($0[0]) }
    fixture.check("log_softmax_large") { logSoftmax($0[0]) }
    fixture.check("logsumexp_large") { logSumExp($0[0], along: 1) }
  }

  /// Along the channels of images in both orders of memory, and along the other axes.
  @Test(arguments: 0..<4) func layoutsOfImagesDoNotMatter(axis: Int) {
    let x = Tensor(hash: 1, [2, 70, 3, 5], low: -4, high: 4)
    for function in [{ softmax($0, along: axis) }, { logSoftmax($0, along: axis) }]
      as [(Tensor) -> Tensor]
    {
      let wanted = function(x)
      for form in MemoryForm.allCases { expectClose(function(form(x)), wanted) }
      #expect(!function(x.channelsLast()).isContiguous)
      let leaf = x.requiringGradient()
      let seed = Tensor(hash: 2, x.shape)
      let plain = gradients(of: function(leaf), withRespectTo: [leaf], seed: seed)[0]
      for form in MemoryForm.allCases {
        let lying = form(x).requiringGradient()
        let gradient = gradients(of: function(lying), withRespectTo: [lying], seed: form(seed))[0]
        expectClose(gradient, plain)
      }
    }
    expectClose(
      logSumExp(x.channelsLast(), along: [axis]), logSumExp(x, along: [axis]), tolerance: 1e-6)
  }

  @Test func algebraHolds() {
    let x = Tensor(hash: 1, [5, 300, 3], low: -10, high: 10)
    for axis in 0..<3 {
      let y = softmax(x, along: axis)
      expectClose(
        y.sum(along: [axis]), Tensor(ones: y.shape.removing(axis)), tolerance: 1e-6)
      expectClose(exp(logSoftmax(x, along: axis)), y, tolerance: 1e-5)
      expectClose(softmax(x + 50, along: axis), y, tolerance: 1e-4)
      expectClose(
        x - logSumExp(x, along: [axis], keepingAxes: true), logSoftmax(x, along: axis),
        tolerance: 1e-6)
    }
    // The sigmoid is the softmax of x and 0 (the book's exercise 5.1.6.2).
    let pair = softmax(stack([x, Tensor(zeros: x.shape)], along: 0), along: 0)
    expectClose(pair[0], sigmoid(x), tolerance: 1e-6)
  }

  @Test func logSumExpOfSeveralAxesIsThatOfOne() {
    let x = Tensor(hash: 1, [2, 3, 4], low: -4, high: 4)
    expectClose(logSumExp(x), logSumExp(x.flattened(), along: 0))
    let outer = x.transposed(0, 1).reshaped(to: [3, 8])
    expectClose(logSumExp(x, along: [0, 2]), logSumExp(outer, along: 1))
    #expect(logSumExp(x, along: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    for axes in [Axes.all, [0, 2], [0, 1], []] {
      expectSecondDerivatives([x / 4]) { logSumExp($0[0], along: axes) }
    }
  }

  @Test func gradientsAndSecondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [2, 3, 4])
    for axis in 0..<3 {
      expectGradients([x]) { softmax($0[0], along: axis) }
      expectSecondDerivatives([x]) { softmax($0[0], along: axis) }
      expectSecondDerivatives([x]) { logSoftmax($0[0], along: axis) }
      expectSecondDerivatives([x]) { logSumExp($0[0], along: [axis]) }
    }
  }

  @Test func infinitiesAreHandled() {
    let x = Tensor([-.infinity, 0, 0, -.infinity], shape: [2, 2])
    #expect(softmax(x).scalars == [0, 1, 1, 0])
    #expect(logSoftmax(x).scalars == [-.infinity, 0, 0, -.infinity])
    let all = Tensor(repeating: -.infinity, shape: [2, 2])
    #expect(logSumExp(all, along: 0).scalars == [-.infinity, -.infinity])
    #expect(logSumExp(all, along: 1).scalars == [-.infinity, -.infinity])
    #expect(softmax(Tensor([.nan, 0])).scalars.allSatisfy { $0.isNaN })
  }

  /// PyTorch's float32 values: the gradient is e to the power of the logit less the result.
  @Test func logSumExpOfExtremesIsPyTorchs() {
    let (infinity, nan) = (Float.infinity, Float.nan)
    let table: [(x: [Float], value: Float, gradients: [Float])] = [
      ([1e4, 9_999, 9_998], 10_000.4072265625, [0.665493369, 0.24482134, 0.090064734]),
      ([1e30, 1e30, 0], 1e30, [1, 1, 0]),
      ([1e30, 9e29, -1e30], 1e30, [1, 0, 0]),
      ([-infinity, 0, 1], 1.31326162815094, [0, 0.268941432, 0.731058598]),
      ([-infinity, -infinity, -infinity], -infinity, [nan, nan, nan]),
      ([infinity, 0, 1], infinity, [nan, 0, 0]),
      ([infinity, infinity, 1], infinity, [nan, nan, 0]),
      ([-1e30, -1e30, -1e30], -1e30, [1, 1, 1]),
      ([-1e4, -1e4, -10_001], -9_999.1376953125, [0.422187954, 0.422187954, 0.155314267]),
    ]
    for (x, value, gradients) in table {
      for axis in [0, 1] {  // The other axis is a kernel of its own.
        let shape: Shape = axis == 1 ? [1, 3] : [3, 1]
        expectExtremes(x, values: [value], gradients: gradients) {
          logSumExp($0.reshaped(to: shape), along: [axis])
        }
      }
    }
  }

  @Test func emptyAxesAreNoTrouble() {
    #expect(softmax(Tensor(zeros: [0, 3])).shape == [0, 3])
    #expect(softmax(Tensor(zeros: [3, 0])).shape == [3, 0])
    #expect(logSumExp(Tensor(zeros: [2, 0]), along: 1).scalars == [-.infinity, -.infinity])
  }
}
