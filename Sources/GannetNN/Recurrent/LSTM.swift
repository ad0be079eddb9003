import GannetTensor

/// A long short-term memory network (Dive into Deep Learning, section 10.1). With gates i, f, o,
/// sigmoids of affine maps of x and h, and the input node g, a tanh of one:
///
///     c' = f c + i g
///     h' = o tanh(c')
///
/// Weights hold the gates in the order i, f, g, o. Shapes, names and arguments:
/// ``RecurrentNetwork``.
public final class LSTM: RecurrentNetwork<LSTMState> {
  /// Makes a network of `layers` layers, 1 by default, of `hiddenSize` units on `inputSize`
  /// features.
  ///
  /// - Parameters:
  ///   - inputSize: The number of features of a step.
  ///   - hiddenSize: The number of units of a layer.
  ///   - layers: The number of layers.
  ///   - hasBias: Whether there are biases; true by default.
  ///   - dropout: The dropout probability between layers; 0 by default.
  ///   - isBidirectional: Whether a second network reads from the end; false by default.
  ///   - isBatchFirst: Whether inputs are `[N, T, I]` instead of `[T, N, I]`; false by default.
  ///   - weightInitializer: The initializer of weights; by default PyTorch's, uniform between -1/√H
  ///     and 1/√H, as of `biasInitializer`.
  ///   - biasInitializer: The initializer of the biases; by default PyTorch's.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, hasBias: Bool = true, dropout: Float = 0,
    isBidirectional: Bool = false, isBatchFirst: Bool = false,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    super.init(
      .lstm, .lstm, inputSize, hiddenSize,
      RecurrentOptions(
        layers: layers, hasBias: hasBias, dropout: dropout, isBidirectional: isBidirectional,
        isBatchFirst: isBatchFirst, weightInitializer: weightInitializer,
        biasInitializer: biasInitializer))
  }
}
