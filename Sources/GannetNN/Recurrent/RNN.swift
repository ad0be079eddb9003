import GannetTensor

/// A simple recurrent network: h' = tanh(W x + b + U h + c), or with ReLU (Dive into Deep Learning,
/// sections 9.4 to 9.6).
///
///     let rnn = RNN(28, 32)
///     let (output, state) = rnn(tokens)  // [T, N] -> [T, N, 32] and [1, N, 32]
///     let (next, _) = rnn(more, state: state.detached())
///
/// Shapes, names and arguments: ``RecurrentNetwork``.
public final class RNN: RecurrentNetwork<Tensor> {
  /// The nonlinearity of a simple recurrent network.
  public enum Nonlinearity: Sendable {
    /// The hyperbolic tangent.
    case tanh
    /// ReLU, max(x, 0).
    case relu

    var kind: RecurrentKind { self == .tanh ? .tanh : .relu }
  }

  /// Makes a network of `layers` layers, 1 by default, of `hiddenSize` units on `inputSize`
  /// features.
  ///
  /// - Parameters:
  ///   - inputSize: The number of features of a step.
  ///   - hiddenSize: The number of units of a layer.
  ///   - layers: The number of layers.
  ///   - nonlinearity: The activation of the hidden state; tanh by default.
  ///   - hasBias: Whether there are biases; true by default.
  ///   - dropout: The dropout probability between layers; 0 by default.
  ///   - isBidirectional: Whether a second network reads from the end; false by default.
  ///   - isBatchFirst: Whether inputs are `[N, T, I]` instead of `[T, N, I]`; false by default.
  ///   - weightInitializer: The initializer of weights; by default PyTorch's, uniform between -1/√H
  ///     and 1/√H, as of `biasInitializer`.
  ///   - biasInitializer: The initializer of the biases; by default PyTorch's.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, nonlinearity: Nonlinearity = .tanh,
    hasBias: Bool = true, dropout: Float = 0, isBidirectional: Bool = false,
    isBatchFirst: Bool = false, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    super.init(
      nonlinearity.kind, .tensor, inputSize, hiddenSize,
      RecurrentOptions(
        layers: layers, hasBias: hasBias, dropout: dropout, isBidirectional: isBidirectional,
        isBatchFirst: isBatchFirst, weightInitializer: weightInitializer,
        biasInitializer: biasInitializer))
  }
}
