import GannetTensor
import TestSupport
import Testing

/// The fused layers against the cells' equations in recorded operations.
@Suite struct ReferenceStepTests {
  /// All kinds, with a batch whose weight gradients are summed step by step (64), and one without.
  @Test(arguments: RecurrentKind.allCases, [3, 64]) func aLayerIsItsReferenceStepByStep(
    _ kind: RecurrentKind, _ batch: Int
  ) {
    let (steps, features, hidden) = (4, 3, 5)
    let rows = kind.gateCount * hidden
    let shapes: [Shape] = [
      [steps, batch, features], [1, batch, hidden], [1, batch, hidden], [rows, features],
      [rows, hidden], [rows], [rows],
    ]
    for hasBias in [false, true] {
      func leaves() -> [Tensor] {
        shapes.enumerated().map { Tensor(hash: UInt32($0 + 1), $1).requiringGradient() }
      }
      func weights(_ leaves: [Tensor]) -> RecurrentWeights {
        RecurrentWeights(
          input: leaves[3], state: leaves[4], inputBias: hasBias ? leaves[5] : nil,
          stateBias: hasBias ? leaves[6] : nil)
      }
      func cell(_ leaves: [Tensor]) -> Tensor? { kind == .lstm ? leaves[2] : nil }

      let fused = leaves()
      let result = recurrent(
        kind, .features(fused[0]), weights: [weights(fused)], state: fused[1],
        cellState: cell(fused))
      let results = [result.output, result.state[0]] + (result.cell.map { [$0[0]] } ?? [])

      let stepped = leaves()
      var state = (hidden: stepped[1][0], cell: cell(stepped)?[0])
      let outputs = (0..<steps).map { time in
        state = kind.referenceStep(
          stepped[0][time], weights(stepped), hidden: state.hidden, cell: state.cell)
        return state.hidden
      }
      let expected = [stack(outputs), state.hidden] + (state.cell.map { [$0] } ?? [])

      #expect(results.count == expected.count)
      for (a, b) in zip(results, expected) { expectClose(a, b, tolerance: 2e-6) }
      for results in [results, expected] {
        let y = concatenate(results.map { $0.reshaped(to: [$0.count]) })
        y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
      }
      for (number, (a, b)) in zip(fused, stepped).enumerated() {
        #expect((a.gradient == nil) == (b.gradient == nil), "\(kind), leaf \(number)")
        guard let a = a.gradient, let b = b.gradient else { continue }
        expectClose(a, b, tolerance: 1e-5, "\(kind), leaf \(number)")
      }
    }
  }
}
