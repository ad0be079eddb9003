/// A kernel of Nadaraya-Watson pooling: the weight of a key by its distance from the query, before
/// the weights of all keys are divided by their sum (Dive into Deep Learning, section 11.2).
public enum PoolingKernel: Hashable, Sendable {
  /// exp(-d² / 2 σ²) with the width σ.
  case gaussian(width: Float = 1)
  /// 1 where d < 1, else 0.
  case boxcar
  /// 1: the mean of all values.
  case constant
  /// 1 - d where d < 1, else 0: the triangle that the book calls by this name.
  case epanechikov

  /// The weights for `distances`, of any shape.
  public func callAsFunction(_ distances: Tensor) -> Tensor {
    switch self {
    case .gaussian(let width): exp(distances * distances * (-1 / (2 * width * width)))
    case .boxcar: abs(distances.detached()) .< 1
    case .constant: Tensor(ones: distances.shape)
    case .epanechikov: relu(1 - abs(distances))
    }
  }
}

/// Nadaraya-Watson pooling: for each query the mean of the values, weighted by a kernel of the
/// distances between query and keys (Nadaraya, 1964; Watson, 1964).
///
///     let (y, weights) = kernelPooling(
///       query: xValidation, key: xTrain, value: yTrain, kernel: .gaussian())
///
/// A query that no key is close to gives all keys the same weight.
///
/// - Parameters:
///   - query: `[Q]`, or points `[Q, D]`.
///   - key: `[K]`, or `[K, D]`, with at least one key.
///   - value: `[K]`, or `[K, ...]`.
///   - kernel: The kernel, which stops unless its width is above 0.
/// - Returns: The means, `[Q]` or `[Q, ...]`, and the weights, `[Q, K]`, whose rows' sums are 1.
public func kernelPooling(
  query: Tensor, key: Tensor, value: Tensor, kernel: PoolingKernel
) -> (output: Tensor, weights: Tensor) {
  guard query.rank == key.rank, query.rank == 1 || query.rank == 2, key.shape[0] > 0,
    query.shape.replacing(0, with: key.shape[0]) == key.shape
  else { failShapes("kernelPooling", query.shape, key.shape) }
  guard value.rank >= 1, value.shape[0] == key.shape[0] else {
    failShapes("kernelPooling, value", key.shape, value.shape)
  }
  let difference = query.unsqueezed(at: 1) - key.unsqueezed(at: 0)
  let weights: Tensor
  if case .gaussian(let width) = kernel {
    guard width > 0 else { fail("kernelPooling: a width of \(width), expected above 0") }
    let squares = difference * difference
    let distances = query.rank == 1 ? squares : squares.sum(along: 2)
    // As a softmax it does not underflow far from all keys.
    weights = softmax(distances * (-1 / (2 * width * width)))
  } else {
    let distances =
      query.rank == 1 ? abs(difference) : sqrt((difference * difference).sum(along: 2))
    let near = kernel(distances)
    let isFar = near.detached().sum(along: 1, keepingAxes: true) .== 0
    let some = near.replacing(with: 1, where: isFar.expanded(to: near.shape))
    weights = some / some.sum(along: 1, keepingAxes: true)
  }
  let columns = value.rank == 1 ? value : value.reshaped(to: [value.shape[0], -1])
  let pooled = matmul(weights, columns)
  return (pooled.reshaped(to: [query.shape[0]] + value.shape.dropFirst()), weights)
}
