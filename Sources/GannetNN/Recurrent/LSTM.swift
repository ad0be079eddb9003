import GannetTensor

/// Long short-term memory (the book's section 10.1): with the gates i, f, o between 0 and 1 and the node g
/// = tanh(·), each an affine map of x and h,
///
///     c' = f c + i g
///     h' = o tanh(c')
///
/// Weights hold the gates in the order i, f, g, o. Shapes, names and what the arguments mean:
/// ``RecurrentNetwork``.
public final class LSTM: RecurrentNetwork<LSTMState> {
  /// A network of `layers` layers of `hiddenSize` units, the first on `inputSize` features.
  ///
  /// - Parameters:
  ///   - dropout: The probability that an element between two layers is dropped while training.
  ///   - weightInitializer: Uniform by the number of units where nil, as in PyTorch; likewise
  ///     `biasInitializer`.
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
