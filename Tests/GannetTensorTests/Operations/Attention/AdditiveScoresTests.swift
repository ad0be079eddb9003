import GannetTensor
import TestSupport
import Testing

@Suite struct AdditiveScoresTests {
  /// The additive scores computed by elementary operations, which store the hidden layer.
  private func plain(_ inputs: [Tensor]) -> Tensor {
    (tanh(inputs[0].unsqueezed(at: 2) + inputs[1].unsqueezed(at: 1)) * inputs[2]).sum(along: 3)
  }

  private func fused(_ inputs: [Tensor]) -> Tensor {
    additiveScores(query: inputs[0], key: inputs[1], weight: inputs[2])
  }

  @Test(arguments: [(1, 1, 1, 1), (2, 3, 5, 7), (3, 1, 10, 8), (5, 9, 9, 150), (0, 2, 3, 4)])
  func agreesWithRecordedOperations(_ batch: Int, _ queries: Int, _ keys: Int, _ features: Int) {
    let inputs = [
      Tensor(hash: 1, [batch, queries, features], low: -2, high: 2),
      Tensor(hash: 2, [batch, keys, features], low: -2, high: 2), Tensor(hash: 3, [features]),
    ]
    for form in MemoryForm.allCases {
      let (a, b) = (
        inputs.map { form($0).requiringGradient() }, inputs.map { $0.requiringGradient() }
      )
      let (y, expected) = (fused(a), plain(b))
      expectClose(y, expected, "\(form)")
      let seed = Tensor(hash: 4, y.shape)
      y.backward(seed: seed)
      expected.backward(seed: seed)
      for (one, other) in zip(a, b) { expectClose(one.gradient!, other.gradient!, "\(form)") }
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let inputs = [Tensor(hash: 1, [2, 2, 3]), Tensor(hash: 2, [2, 3, 3]), Tensor(hash: 3, [3])]
    expectGradients(inputs, of: fused)
    expectSecondDerivatives(inputs, of: fused)
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    func results(_ threads: Int) -> [Tensor] {
      onThreads(threads) {
        let inputs = [
          Tensor(hash: 1, [11, 7, 130]), Tensor(hash: 2, [11, 9, 130]), Tensor(hash: 3, [130]),
        ].map { $0.requiringGradient() }
        let y = fused(inputs)
        y.backward(seed: Tensor(hash: 4, y.shape))
        return [y.detached()] + inputs.map { $0.gradient! }
      }
    }
    let one = results(1)
    for threads in [2, 3] {
      for (result, expected) in zip(results(threads), one) { expectIdentical(result, expected) }
    }
  }

  @Test func otherShapesStop() async {
    let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = additiveScores(
        query: Tensor(zeros: [2, 3, 4]), key: Tensor(zeros: [1, 3, 4]), weight: Tensor(zeros: [4]))
    }
    expectMessage(batch, "additiveScores: shapes [2, 3, 4] and [1, 3, 4] don't fit")
    let weight = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = additiveScores(
        query: Tensor(zeros: [2, 3, 4]), key: Tensor(zeros: [2, 3, 4]), weight: Tensor(zeros: [5]))
    }
    expectMessage(weight, "additiveScores, weight: shapes [2, 3, 4] and [5] don't fit")
  }
}
