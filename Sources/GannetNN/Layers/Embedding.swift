import GannetTensor

/// An embedding of tokens: row i of `weight`, `[V, D]`, is the vector of token i.
///
/// By default, the rows are initialized from the standard normal distribution, as in PyTorch.
///
///     let embedding = Embedding(10_000, 64)
///     let vectors = embedding(tokens)  // [N, T] -> [N, T, 64]
///
/// The gradient is row-sparse: it holds only the rows of the batch's tokens, and ``SGD`` without
/// momentum and weight decay updates only these, so a large vocabulary costs nothing. Other
/// optimizers update all rows.
public final class Embedding: Module {
  /// `[V, D]`.
  public let weight: Parameter
  /// The padding token, whose vector gets no gradient; nil if there is none.
  public let paddingIndex: Int?

  /// Makes vectors of `size` elements for `count` tokens.
  ///
  /// - Parameters:
  ///   - count: The number of tokens.
  ///   - size: The number of elements of a token's vector.
  ///   - paddingIndex: A padding token, whose vector is initialized to zeros and gets no gradient;
  ///     none by default.
  ///   - initializer: The initializer of the vectors; the standard normal distribution by default.
  public convenience init(
    _ count: Int, _ size: Int, paddingIndex: Int? = nil,
    initializer: Initializer = .normal(standardDeviation: 1)
  ) {
    var weight = initializer([count, size])
    if let paddingIndex, paddingIndex >= 0, paddingIndex < count {
      weight = weight.replacing(with: 0, where: Embedding.mask(paddingIndex, of: count))
    }
    self.init(weight: weight, paddingIndex: paddingIndex)
  }

  /// Makes an embedding with a given weight, `[V, D]`.
  public init(weight: Tensor, paddingIndex: Int? = nil) {
    guard weight.rank == 2 else { failShape("Embedding", weight.shape, expected: "[V, D]") }
    if let paddingIndex, paddingIndex < 0 || paddingIndex >= weight.shape[0] {
      fail("Embedding: paddingIndex \(paddingIndex) is not in 0..<\(weight.shape[0])")
    }
    self.weight = Parameter(weight)
    self.paddingIndex = paddingIndex
  }

  /// The vectors of `tokens`, `[...]`, as `[..., D]`; stops at a token out of range.
  public func callAsFunction(_ tokens: IntTensor) -> Tensor {
    weight.value.rows(at: tokens, constant: paddingIndex)
  }

  private static func mask(_ index: Int, of count: Int) -> Tensor {
    Tensor((0..<count).map { $0 == index ? 1 : 0 }, shape: [count, 1])
  }
}
