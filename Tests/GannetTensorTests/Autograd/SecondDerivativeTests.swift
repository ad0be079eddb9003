import GannetTensor
import TestSupport
import Testing

@Suite struct SecondDerivativeTests {
  private let x = Tensor(hash: 1, [3, 4], low: 0.5, high: 1.5)
  private let y = Tensor(hash: 2, [4], low: 0.5, high: 1.5)

  @Test func elementwiseOperations() {
    expectSecondDerivatives([x, y]) { $0[0] * $0[1] + $0[0] }
    expectSecondDerivatives([x, y]) { $0[0] * $0[0] - $0[1] * $0[1] * $0[0] }
    expectSecondDerivatives([x, y]) { $0[0] / $0[1] }
    expectSecondDerivatives([y, x]) { $0[0] / $0[1] }
    expectSecondDerivatives([x]) { 2 / $0[0] - $0[0] * 3 }
    expectSecondDerivatives([x]) { -$0[0] * $0[0] }
    expectSecondDerivatives([x]) { exp($0[0]) }
    expectSecondDerivatives([x]) { log($0[0]) }
    expectSecondDerivatives([x]) { sqrt($0[0]) }
    expectSecondDerivatives([x]) { tanh($0[0]) }
    expectSecondDerivatives([x]) { sigmoid($0[0]) }
    expectSecondDerivatives([Tensor(hashAwayFromZero: 1, [3, 4])]) { x in
      relu(x[0]) * x[0] * x[0]
    }
  }

  @Test func productsReductionsAndViews() {
    let z = Tensor(hash: 3, [4, 2])
    expectSecondDerivatives([x, z]) { matmul($0[0], $0[1]) }
    expectSecondDerivatives([x, z]) { inputs in
      let y = matmul(inputs[1], inputs[0], transposingA: true, transposingB: true)
      return y * y
    }
    expectSecondDerivatives([x]) { x in
      let y = x[0].sum(along: 0)
      return y * y * x[0]
    }
    expectSecondDerivatives([x]) { x in exp(x[0].mean(along: 1, keepingAxes: true)) * x[0] }
    expectSecondDerivatives([x]) { x in
      let y = x[0].transposed().reshaped(to: [2, 6]).sliced(1..<5, along: 1)
      return y * y * y
    }
    expectSecondDerivatives([x]) { x in
      let y = x[0][1].unsqueezed(at: 0).expanded(to: [3, 4])
      return y * y * x[0]
    }
    expectSecondDerivatives([Tensor(hash: 1, [1, 2, 3, 2])]) { x in
      let y = x[0].channelsLast().permuted([2, 0, 3, 1]).squeezed(at: 1).flattened()
      return y * y * y
    }
  }

  @Test func thirdDerivativeOfThePolynomial() {
    let x = Tensor([1, 2, 3]).requiringGradient()
    let y = x * x * x * x
    func derivative(_ y: Tensor) -> Tensor {
      gradients(of: y, withRespectTo: [x], seed: Tensor(ones: [3]), recording: true)[0]
    }
    let first = derivative(y)
    let second = derivative(first)
    let third = derivative(second)
    #expect(first.scalars == [4, 32, 108])
    #expect(second.scalars == [12, 48, 108])
    #expect(third.scalars == [24, 48, 72])
    #expect(derivative(derivative(third)).scalars == [0, 0, 0])
  }

  /// The Hessian of xᵀ A x / 2 is (A + Aᵀ) / 2, row by row.
  @Test func hessianOfAQuadraticForm() {
    let a = Tensor(hash: 4, [4, 4])
    let x = Tensor(hash: 5, [4, 1]).requiringGradient()
    let y = matmul(matmul(x, a, transposingA: true), x).sum() / 2
    let gradient = gradients(of: y, withRespectTo: [x], recording: true)[0]
    expectClose(gradient.detached(), matmul((a + a.transposed()) / 2, x.detached()))
    for row in 0..<4 {
      let seed = Tensor((0..<4).map { $0 == row ? 1 : 0 }, shape: [4, 1])
      let found = gradients(of: gradient, withRespectTo: [x], seed: seed, keepingTape: true)[0]
      expectClose(found.flattened(), ((a + a.transposed()) / 2)[row])
    }
  }

  /// A penalty on the gradient's norm, collected by `backward()` in the leaves.
  @Test func backwardThroughAGradient() {
    let x = Tensor([1, 2]).requiringGradient()
    let first = gradients(of: (x * x * x).sum(), withRespectTo: [x], recording: true)[0]
    (first * first).sum().backward()  // (3x²)², of which the derivative is 36x³
    #expect(x.gradient!.scalars == [36, 288])
  }

  @Test func fusedOperationsSayThatTheyHaveNone() async {
    let linearResult = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(hash: 1, [2, 3]).requiringGradient()
      let y = linear(x * x, weight: Tensor(hash: 2, [4, 3])).sum()
      _ = gradients(of: y, withRespectTo: [x], recording: true)
    }
    expectMessage(linearResult, "linear: second derivatives are not available")
    let crossEntropyResult = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(hash: 1, [2, 3]).requiringGradient()
      let y = crossEntropy(x, IntTensor([0, 1]))
      _ = gradients(of: y, withRespectTo: [x], recording: true)
    }
    expectMessage(crossEntropyResult, "crossEntropy: second derivatives are not available")
  }
}
