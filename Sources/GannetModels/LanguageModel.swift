import GannetNN
import GannetTensor

/// A recurrent network over tokens, and a linear layer on its states: the book's language models
/// (sections 9.6 and 10.1 to 10.3).
///
///     let model = LanguageModel(GRU(28, 32, layers: 2))
///     let (logits, state) = model(tokens)  // [T, N] -> [T, N, 28]
public final class LanguageModel<State>: Module {
  /// The network, whose input size is that of the vocabulary.
  public let rnn: RecurrentNetwork<State>
  /// From the last layer's states to logits.
  public let linear: Linear

  /// A model of the tokens that `network` reads.
  public init(_ network: RecurrentNetwork<State>) {
    rnn = network
    linear = Linear(network.hiddenSize * (network.isBidirectional ? 2 : 1), network.inputSize)
  }

  /// The logits of the token after each step of `tokens`, `[T, N]` to `[T, N, V]` (`[N, T]` to
  /// `[N, T, V]` where the network's batches come first), and the state after the last.
  ///
  /// - Parameter state: Where the network begins; zeros where nil.
  public func callAsFunction(
    _ tokens: IntTensor, state: State? = nil
  ) -> (logits: Tensor, state: State) {
    let (output, last) = rnn(tokens, state: state)
    return (linear(output), last)
  }
}
