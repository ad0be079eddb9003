import GannetTensor

/// A vector for each of a number of tokens: row i of `weight`, `[V, D]`, for token i.
///
/// Rows start normal with mean 0 and standard deviation 1, as in PyTorch, unless an initializer is given.
///
///     let embedding = Embedding(10_000, 64)
///     let vectors = embedding(tokens)  // [N, T] -> [N, T, 64]
///
/// Calling it is the product of one-hot vectors with `weight`, without making them. Of the gradient only
/// the rows of the tokens that came are kept, and changed by ``SGD`` without momentum and decay, so that a
/// large vocabulary costs nothing; other optimizers change what they remember of all rows.
public final class Embedding: Module {
  /// `[V, D]`.
  public let weight: Parameter
  /// The token whose vector gets no gradient; nil if there is none.
  public let paddingIndex: Int?

  /// Vectors of `size` for the tokens 0 to `count` - 1.
  ///
  /// - Parameter paddingIndex: A token that stands for nothing: its vector starts as zeros and stays what
  ///   it is.
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

  /// Vectors that are the rows of `weight`, `[V, D]`.
  public init(weight: Tensor, paddingIndex: Int? = nil) {
    guard weight.rank == 2 else { failShape("Embedding", weight.shape, expected: "[V, D]") }
    if let paddingIndex, paddingIndex < 0 || paddingIndex >= weight.shape[0] {
      fail("Embedding: paddingIndex \(paddingIndex) is not in 0..<\(weight.shape[0])")
    }
    self.weight = Parameter(weight)
    self.paddingIndex = paddingIndex
  }

  /// The vectors of `tokens`, `[...]`, of shape `[..., D]`; stops at a token that has none.
  public func callAsFunction(_ tokens: IntTensor) -> Tensor {
    weight.value.rows(at: tokens, constant: paddingIndex)
  }

  private static func mask(_ index: Int, of count: Int) -> Tensor {
    Tensor((0..<count).map { $0 == index ? 1 : 0 }, shape: [count, 1])
  }
}
