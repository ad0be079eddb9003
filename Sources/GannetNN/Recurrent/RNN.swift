import GannetTensor

/// A recurrent network: h' = tanh(W x + b + U h + c), or max(·, 0) (the book's sections 9.4 to 9.6).
///
///     let rnn = RNN(28, 32)
///     let (output, state) = rnn(tokens)  // [T, N] -> [T, N, 32] and [1, N, 32]
///     let (next, _) = rnn(more, state: state.detached())
///
/// Shapes, names and what the arguments mean: ``RecurrentNetwork``.
public final class RNN: RecurrentNetwork<Tensor> {
  /// What follows the sum.
  public enum Nonlinearity: Sendable {
    case tanh, relu

    var cell: RecurrentCell { self == .tanh ? .tanh : .relu }
  }

  /// A network of `layers` layers of `hiddenSize` units, the first on `inputSize` features.
  ///
  /// - Parameters:
  ///   - dropout: The probability that an element between two layers is dropped while training.
  ///   - weightInitializer: Uniform by the number of units where nil, as in PyTorch; likewise
  ///     `biasInitializer`.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, nonlinearity: Nonlinearity = .tanh,
    hasBias: Bool = true, dropout: Float = 0, isBidirectional: Bool = false,
    isBatchFirst: Bool = false, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    super.init(
      nonlinearity.cell, .tensor, inputSize, hiddenSize,
      RecurrentOptions(
        layers: layers, hasBias: hasBias, dropout: dropout, isBidirectional: isBidirectional,
        isBatchFirst: isBatchFirst, weightInitializer: weightInitializer,
        biasInitializer: biasInitializer))
  }
}
