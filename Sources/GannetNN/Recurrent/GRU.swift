import GannetTensor

/// Gated recurrent units (the book's section 10.2): with the gates r and z between 0 and 1, each an
/// affine map of x and h,
///
///     n  = tanh(W x + b + r (U h + c))
///     h' = (1 - z) n + z h
///
/// or, with `resetBeforeProduct`, n = tanh(W x + b + U (r h) + c). The former is what PyTorch's layer
/// computes, the latter what the book writes. Weights hold the gates in the order r, z, n. Shapes,
/// names and what the arguments mean: ``RecurrentNetwork``.
public final class GRU: RecurrentNetwork<Tensor> {
  /// A network of `layers` layers of `hiddenSize` units, the first on `inputSize` features.
  ///
  /// - Parameters:
  ///   - resetBeforeProduct: Whether r multiplies h itself, as in the book.
  ///   - dropout: The probability that an element between two layers is dropped while training.
  ///   - weightInitializer: Uniform by the number of units where nil, as in PyTorch; likewise
  ///     `biasInitializer`.
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
