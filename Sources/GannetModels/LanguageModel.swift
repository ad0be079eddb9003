import GannetNN
import GannetTensor

/// A recurrent language model: a recurrent network over tokens and a linear layer on its hidden
/// states (Dive into Deep Learning, sections 9.6 and 10.1 to 10.3).
///
///     let model = LanguageModel(GRU(28, 32, layers: 2))
///     let (logits, state) = model(tokens)  // [T, N] -> [T, N, 28]
public final class LanguageModel<State>: NextTokenModel {
  /// The recurrent network, whose input size is the vocabulary's size V.
  public let rnn: RecurrentNetwork<State>
  /// The linear layer from the hidden states to logits.
  public let linear: Linear

  /// Makes a model on `network`, whose input size is the vocabulary's size.
  public init(_ network: RecurrentNetwork<State>) {
    rnn = network
    linear = Linear(network.hiddenSize * (network.isBidirectional ? 2 : 1), network.inputSize)
  }

  /// The logits of the next token after each step, `[T, N]` to `[T, N, V]` (`[N, T]` to `[N, T, V]`
  /// if the network is batch-first), and the final state.
  ///
  /// - Parameters:
  ///   - tokens: Indices of tokens, `[T, N]`, or `[N, T]` if the network is batch first.
  ///   - state: The initial state; zeros by default.
  public func callAsFunction(
    _ tokens: IntTensor, state: State? = nil
  ) -> (logits: Tensor, state: State) {
    let (output, last) = rnn(tokens, state: state)
    return (linear(output), last)
  }
}
