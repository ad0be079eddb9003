import Gannet
import Reproduction

/// A recurrent network from raw tensors (section 9.5), weights with their inputs first, as the book writes
/// them:
///
///     H = tanh(X W_xh + H_before W_hh + b_h)
///     O = H W_hq + b_q
final class RNNByHand: NextTokenModel {
  let inputWeight: Parameter
  let stateWeight: Parameter
  let stateBias: Parameter
  let outputWeight: Parameter
  let outputBias: Parameter

  /// A network that reads and predicts `tokens` kinds of tokens, its weights drawn around 0.
  init(tokens: Int, hiddenSize: Int, standardDeviation: Float = 0.01) {
    func draw(_ shape: Shape) -> Parameter {
      Parameter(Tensor(normal: shape, standardDeviation: standardDeviation))
    }
    inputWeight = draw([tokens, hiddenSize])
    stateWeight = draw([hiddenSize, hiddenSize])
    stateBias = Parameter(Tensor(zeros: [hiddenSize]))
    outputWeight = draw([hiddenSize, tokens])
    outputBias = Parameter(Tensor(zeros: [tokens]))
  }

  /// A network with the weights of one made from the library's layers, of one layer and one direction.
  init(_ model: LanguageModel<Tensor>) {
    let weights = model.rnn.weights[0][0]
    inputWeight = Parameter(weights.inputWeight.value.detached().transposed())
    stateWeight = Parameter(weights.stateWeight.value.detached().transposed())
    stateBias = Parameter(weights.inputBias!.value.detached() + weights.stateBias!.value.detached())
    outputWeight = Parameter(model.linear.weight.value.detached().transposed())
    outputBias = Parameter(model.linear.bias!.value.detached())
  }

  /// The state after each step of `inputs`, `[T, N, I]`, each `[N, H]`; from zeros where `state` is nil.
  func states(_ inputs: Tensor, from state: Tensor? = nil) -> [Tensor] {
    // What does not depend on the state is one product for all steps.
    let shares = matmul(inputs, inputWeight.value)
    var state = state ?? Tensor(zeros: [inputs.shape[1], stateBias.shape[0]])
    return shares.unstacked().map { share in
      state = tanh(share + matmul(state, stateWeight.value) + stateBias.value)
      return state
    }
  }

  /// The logits of the next token after states, `[..., H]`.
  func logits(_ states: Tensor) -> Tensor {
    matmul(states, outputWeight.value) + outputBias.value
  }

  func callAsFunction(_ tokens: IntTensor, state: Tensor?) -> (logits: Tensor, state: Tensor) {
    let states = states(Tensor(oneHot: tokens, classCount: inputWeight.shape[0]), from: state)
    return (logits(stack(states)), states.last!)
  }
}
