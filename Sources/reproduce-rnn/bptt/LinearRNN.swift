import Gannet
import Reproduction

/// An RNN without activation or biases (section 9.7.2): h(t) = W_hx x(t) + W_hh h(t-1), o(t) = W_qh
/// h(t), under the mean over T steps of ½ |o(t) - y(t)|².
struct LinearRNN {
  private let inputWeight: Tensor
  private let stateWeight: Tensor
  private let outputWeight: Tensor
  private let inputs: [Tensor]
  private let targets: [Tensor]

  init(steps: Int) {
    inputWeight = Tensor(normal: [4, 3]).requiringGradient()
    stateWeight = Tensor(normal: [4, 4], standardDeviation: 0.4).requiringGradient()
    outputWeight = Tensor(normal: [2, 4]).requiringGradient()
    inputs = Tensor(normal: [steps, 3]).unstacked()
    targets = Tensor(normal: [steps, 2]).unstacked()
  }

  /// The closed forms of the gradients compared to the tape's.
  func compare() -> SectionResult {
    var h = Tensor(zeros: [4])
    let states = inputs.map { x in
      h = matmul(inputWeight, x) + matmul(stateWeight, h)
      return h
    }
    let errors = zip(states, targets).map { matmul(outputWeight, $0) - $1 }
    let loss = stack(errors.map { square($0).sum() / 2 }).mean()
    let ofStatesByTape = gradients(of: loss, withRespectTo: states, keepingTape: true)
    loss.backward()

    return withoutGradients {
      let ofOutputs = errors.map { $0 / Float(errors.count) }
      let ofStates = gradientsOfStates(ofOutputs)
      let before = [Tensor(zeros: [4])] + states.dropLast()
      func sumOfProducts(_ gradients: [Tensor], _ vectors: [Tensor]) -> Tensor {
        zip(gradients, vectors).map(outerProduct).reduce(Tensor(0), +)
      }
      let closed = [
        (
          LinearRNNFigures.outputWeight, sumOfProducts(ofOutputs, states), outputWeight.gradient!
        ),
        (LinearRNNFigures.inputWeight, sumOfProducts(ofStates, inputs), inputWeight.gradient!),
        (LinearRNNFigures.stateWeight, sumOfProducts(ofStates, before), stateWeight.gradient!),
        (LinearRNNFigures.states, stack(ofStates), stack(ofStatesByTape)),
      ]
      var result = SectionResult()
      for (figure, byHand, byTape) in closed {
        result[figure] =
          Double((byHand - byTape).norm().scalar / byTape.norm().scalar)
      }
      return result
    }
  }

  /// ∂L/∂h(t) = Σ (W_hhᵀ)^(T-i) W_qhᵀ ∂L/∂o(T+t-i) over i from t to T.
  private func gradientsOfStates(_ ofOutputs: [Tensor]) -> [Tensor] {
    var powers = [Tensor(identity: 4)]
    for _ in ofOutputs.dropFirst() {
      powers.append(matmul(powers.last!, stateWeight, transposingB: true))
    }
    let last = ofOutputs.count - 1
    return (0...last).map { t in
      (t...last).map { i in
        matmul(powers[last - i], matmul(outputWeight.transposed(), ofOutputs[last + t - i]))
      }.reduce(Tensor(0), +)
    }
  }
}
