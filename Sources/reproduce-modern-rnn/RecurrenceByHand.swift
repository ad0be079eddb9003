import Gannet
import Reproduction

/// A recurrence from tensor operations, one step at a time.
protocol RecurrenceByHand: Module {
  /// What a step hands to the next.
  associatedtype State

  /// The number H of units.
  var hiddenSize: Int { get }

  /// The state before the first step, for a batch of `size`.
  func start(batch size: Int) -> State
  /// The state after `x`, `[N, I]`.
  func step(_ x: Tensor, _ state: State) -> State
  /// The part of a state that is seen from outside, `[N, H]`.
  func output(_ state: State) -> Tensor
}

extension RecurrenceByHand {
  /// What is seen after each of `inputs`, `[N, I]`, and the last state.
  func run(_ inputs: [Tensor], from state: State?) -> (outputs: [Tensor], state: State) {
    var state = state ?? start(batch: inputs[0].shape[0])
    let outputs = inputs.map { x in
      state = step(x, state)
      return output(state)
    }
    return (outputs, state)
  }

  /// The largest difference from what `layer` gives on `tokens`, `[T, N]`.
  func difference(from layer: RecurrentNetwork<State>, on tokens: IntTensor) -> Double {
    withoutGradients {
      let inputs = Tensor(oneHot: tokens, classCount: layer.inputSize).unstacked()
      return largestDifference(stack(run(inputs, from: nil).outputs), layer(tokens).output)
    }
  }
}

extension RecurrenceByHand where State == Tensor {
  func start(batch size: Int) -> Tensor { Tensor(zeros: [size, hiddenSize]) }
  func output(_ state: Tensor) -> Tensor { state }
}

/// X W + H U + b, from which every gate is made; weights start normal, σ = 0.01, biases at 0.
final class AffineByHand: Module {
  /// W, `[I, H]`.
  let inputWeight: Parameter
  /// U, `[H, H]`.
  let stateWeight: Parameter
  /// b, `[H]`.
  let bias: Parameter

  init(_ inputSize: Int, _ hiddenSize: Int) {
    func draw(_ rows: Int) -> Parameter {
      Parameter(Tensor(normal: [rows, hiddenSize], standardDeviation: 0.01))
    }
    inputWeight = draw(inputSize)
    stateWeight = draw(hiddenSize)
    bias = Parameter(Tensor(zeros: [hiddenSize]))
  }

  /// `[N, I]` and `[N, H]` to `[N, H]`.
  func callAsFunction(_ x: Tensor, _ h: Tensor) -> Tensor {
    matmul(x, inputWeight.value) + matmul(h, stateWeight.value) + bias.value
  }
}

/// A language model by hand: one-hot vectors, layers of a recurrence one above the other, and an affine map
/// of the last one's output.
final class LanguageModelByHand<Recurrence: RecurrenceByHand>: NextTokenModel {
  let layers: [Recurrence]
  /// `[H, V]`.
  let outputWeight: Parameter
  /// `[V]`.
  let outputBias: Parameter

  init(_ layers: [Recurrence], vocabularySize: Int) {
    self.layers = layers
    outputWeight = Parameter(
      Tensor(normal: [layers.last!.hiddenSize, vocabularySize], standardDeviation: 0.01))
    outputBias = Parameter(Tensor(zeros: [vocabularySize]))
  }

  func callAsFunction(
    _ tokens: IntTensor, state: [Recurrence.State]?
  ) -> (logits: Tensor, state: [Recurrence.State]) {
    var sequence = Tensor(oneHot: tokens, classCount: outputBias.shape[0]).unstacked()
    var states: [Recurrence.State] = []
    for (index, layer) in layers.enumerated() {
      let (outputs, last) = layer.run(sequence, from: state?[index])
      sequence = outputs
      states.append(last)
    }
    return (matmul(stack(sequence), outputWeight.value) + outputBias.value, states)
  }
}
