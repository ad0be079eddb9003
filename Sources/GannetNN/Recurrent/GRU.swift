import GannetTensor

/// A network of gated recurrent units (Dive into Deep Learning, section 10.2). With gates r and z,
/// sigmoids of affine maps of x and h:
///
///     n  = tanh(W x + b + r (U h + c))
///     h' = (1 - z) n + z h
///
/// as in PyTorch, or, with `resetBeforeProduct`, n = tanh(W x + b + U (r h) + c), as in the book.
/// Weights hold the gates in the order r, z, n. Shapes, names and arguments: ``RecurrentNetwork``.
public final class GRU: RecurrentNetwork<Tensor> {
  /// Makes a network of `layers` layers, 1 by default, of `hiddenSize` units on `inputSize`
  /// features.
  ///
  /// - Parameters:
  ///   - inputSize: The number of features of a step.
  ///   - hiddenSize: The number of units of a layer.
  ///   - layers: The number of layers.
  ///   - resetBeforeProduct: Whether r multiplies h before the product, as in the book; false by
  ///     default.
  ///   - hasBias: Whether there are biases; true by default.
  ///   - dropout: The dropout probability between layers; 0 by default.
  ///   - isBidirectional: Whether a second network reads from the end; false by default.
  ///   - isBatchFirst: Whether inputs are `[N, T, I]` instead of `[T, N, I]`; false by default.
  ///   - weightInitializer: The initializer of weights; by default PyTorch's, uniform between -1/√H
  ///     and 1/√H, as of `biasInitializer`.
  ///   - biasInitializer: The initializer of the biases; by default PyTorch's.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int = 1, resetBeforeProduct: Bool = false,
    hasBias: Bool = true, dropout: Float = 0, isBidirectional: Bool = false,
    isBatchFirst: Bool = false, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    super.init(
      resetBeforeProduct ? .gruResetBeforeProduct : .gru, .tensor, inputSize, hiddenSize,
      RecurrentOptions(
        layers: layers, hasBias: hasBias, dropout: dropout, isBidirectional: isBidirectional,
        isBatchFirst: isBatchFirst, weightInitializer: weightInitializer,
        biasInitializer: biasInitializer))
  }
}
