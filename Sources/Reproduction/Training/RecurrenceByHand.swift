import Gannet

/// A recurrent layer written by tensor operations, step by step.
package protocol RecurrenceByHand: Module {
  /// The state passed from step to step.
  associatedtype State

  /// The affine maps of the gates, in the order of the library's layer.
  var gates: [GateByHand] { get }

  /// The state before the first step, for a batch of `size`.
  func start(batch size: Int) -> State
  /// The state after a step.
  ///
  /// - Parameter shares: The input's contribution to each gate, `[N, H]`.
  func step(_ shares: [Tensor], _ state: State) -> State
  /// The output of a state, `[N, H]`.
  func output(_ state: State) -> Tensor
}

extension RecurrenceByHand {
  /// The number H of units.
  package var hiddenSize: Int { gates[0].bias.shape[0] }

  /// Runs over `inputs`, `[T, N, I]`; returns the outputs, `[T, N, H]`, and the final state.
  package func run(_ inputs: Tensor, from state: State?) -> (outputs: Tensor, state: State) {
    // The products with the inputs are one product for all steps.
    let shares = gates.map { $0.share(of: inputs).unstacked() }
    var state = state ?? start(batch: inputs.shape[1])
    let outputs = (0..<inputs.shape[0]).map { time in
      state = step(shares.map { $0[time] }, state)
      return output(state)
    }
    return (stack(outputs), state)
  }

  /// The largest difference from the outputs of `layer` on `tokens`, `[T, N]`.
  package func difference(from layer: RecurrentNetwork<State>, on tokens: IntTensor) -> Double {
    withoutGradients {
      let inputs = Tensor(oneHot: tokens, classCount: layer.inputSize)
      return largestDifference(run(inputs, from: nil).outputs, layer(tokens).output)
    }
  }
}

extension RecurrenceByHand where State == Tensor {
  package func start(batch size: Int) -> Tensor { Tensor(zeros: [size, hiddenSize]) }
  package func output(_ state: Tensor) -> Tensor { state }
}

/// The affine map X W + H U + b of a gate; weights are initialized normally with σ = 0.01, biases
/// to 0.
package final class GateByHand: Module {
  /// W, `[I, H]`.
  package let inputWeight: Parameter
  /// U, `[H, H]`.
  package let stateWeight: Parameter
  /// b, `[H]`.
  package let bias: Parameter

  package init(_ inputSize: Int, _ hiddenSize: Int) {
    func draw(_ rows: Int) -> Parameter {
      Parameter(Tensor(normal: [rows, hiddenSize], standardDeviation: 0.01))
    }
    inputWeight = draw(inputSize)
    stateWeight = draw(hiddenSize)
    bias = Parameter(Tensor(zeros: [hiddenSize]))
  }

  /// X W + b, `[..., I]` to `[..., H]`.
  package func share(of x: Tensor) -> Tensor { matmul(x, inputWeight.value) + bias.value }

  /// The sum of the input's and the state's contributions, `[N, H]` both.
  package func callAsFunction(_ share: Tensor, _ h: Tensor) -> Tensor {
    matmul(h, stateWeight.value) + share
  }
}

/// H = tanh(X W + H U + b) (section 9.5.1).
package final class RNNByHand: RecurrenceByHand {
  package let gates: [GateByHand]

  package init(_ inputSize: Int, _ hiddenSize: Int) {
    gates = [GateByHand(inputSize, hiddenSize)]
  }

  package func step(_ shares: [Tensor], _ h: Tensor) -> Tensor { tanh(gates[0](shares[0], h)) }
}

extension RecurrentParameters {
  /// Copies the weights of `gates`.
  package func copy(_ gates: [GateByHand]) {
    func joined(_ part: (GateByHand) -> Parameter) -> Tensor {
      concatenate(gates.map { part($0).value.detached() }, along: -1)
    }
    inputWeight.value = joined(\.inputWeight).transposed()
    stateWeight.value = joined(\.stateWeight).transposed()
    inputBias!.value = joined(\.bias)
    stateBias!.value = Tensor(zeros: stateBias!.shape)
  }
}

/// A language model of one-hot vectors, stacked `RecurrenceByHand` layers, and an affine output
/// layer.
package final class LanguageModelByHand<Recurrence: RecurrenceByHand>: NextTokenModel {
  package let layers: [Recurrence]
  /// `[H, V]`.
  package let outputWeight: Parameter
  /// `[V]`.
  package let outputBias: Parameter

  package init(_ layers: [Recurrence], vocabularySize: Int) {
    self.layers = layers
    outputWeight = Parameter(
      Tensor(normal: [layers.last!.hiddenSize, vocabularySize], standardDeviation: 0.01))
    outputBias = Parameter(Tensor(zeros: [vocabularySize]))
  }

  package func callAsFunction(
    _ tokens: IntTensor, state: [Recurrence.State]?
  ) -> (logits: Tensor, state: [Recurrence.State]) {
    var sequence = Tensor(oneHot: tokens, classCount: outputBias.shape[0])
    var states: [Recurrence.State] = []
    for (index, layer) in layers.enumerated() {
      let (outputs, last) = layer.run(sequence, from: state?[index])
      sequence = outputs
      states.append(last)
    }
    return (matmul(sequence, outputWeight.value) + outputBias.value, states)
  }
}
