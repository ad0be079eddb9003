import GannetNN
import GannetTensor
import TestSupport
import Testing

/// The tape's gradients against finite differences, and the inputs that they reach.
@Suite struct RecurrentGradientTests {
  private static let kinds: [RecurrentKind] = [.tanh, .lstm, .gru, .gruResetBeforeProduct]

  @Test(arguments: kinds) func areThoseOfDifferences(_ kind: RecurrentKind) {
    let (steps, batch, features, hidden) = (3, 2, 2, 3)
    for lengths in [nil, IntTensor([2, 3])] {
      let rows = kind.gateCount * hidden
      let shapes: [Shape] = [
        [steps, batch, features], [2, batch, hidden], [2, batch, hidden], [rows, features],
        [rows, hidden], [rows], [rows], [rows, features], [rows, hidden], [rows], [rows],
      ]
      let inputs = shapes.enumerated().map { Tensor(hash: UInt32($0 + 1), $1) }
      expectGradients(inputs) { inputs in
        let weights = [3, 7].map { first in
          RecurrentWeights(
            input: inputs[first], state: inputs[first + 1], inputBias: inputs[first + 2],
            stateBias: inputs[first + 3])
        }
        let result = recurrent(
          kind, .features(inputs[0]), weights: weights, state: inputs[1],
          cellState: kind == .lstm ? inputs[2] : nil, lengths: lengths)
        let unused = inputs[2] * 0  // what no cell reads has the gradient 0
        return flat([result.output, result.state, result.cell ?? unused])
      }
    }
  }

  @Test func eachResultAloneHasItsGradient() {
    let lstm = LSTM(2, 3)
    let x = Tensor(hash: 1, [4, 2, 2])
    func gradients(_ results: (Tensor, LSTMState) -> [Tensor]) -> [Tensor] {
      for parameter in lstm.parameters { parameter.gradient = nil }
      let (output, state) = lstm(x)
      for result in results(output, state) {
        result.backward(seed: Tensor(hash: upstreamSeed, result.shape), keepingTape: true)
      }
      return lstm.parameters.map { $0.gradient! }
    }
    let all = gradients { [$0, $1.hidden, $1.cell] }
    let parts = [
      gradients { output, _ in [output] }, gradients { [$1.hidden] }, gradients { [$1.cell] },
    ]
    for (number, gradient) in all.enumerated() {
      expectClose(
        gradient, parts[0][number] + parts[1][number] + parts[2][number], tolerance: 1e-6)
    }
  }

  @Test func frozenWeightsAndStatesGetNone() {
    let gru = GRU(2, 3)
    gru.freeze("weight_*")
    let x = Tensor(hash: 1, [4, 2, 2]).requiringGradient()
    gru(x).output.sum().backward()
    #expect(x.gradient != nil)
    #expect(gru.weights[0][0].stateWeight.gradient == nil)
    #expect(gru.weights[0][0].stateBias!.gradient != nil)
    gru.freeze()
    #expect(!gru(Tensor(hash: 1, [4, 2, 2])).output.requiresGradient)
  }

  @Test func aDetachedStateCutsTheTape() {
    let lstm = LSTM(2, 3)
    let first = lstm(Tensor(hash: 1, [4, 2, 2])).state
    #expect(first.hidden.requiresGradient && first.cell.requiresGradient)
    let cut = first.detached()
    #expect(!cut.hidden.requiresGradient && !cut.cell.requiresGradient)
    expectIdentical(cut.cell, first.cell)
  }
}
