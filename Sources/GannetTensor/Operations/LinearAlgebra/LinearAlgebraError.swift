/// An error of a linear system, an inverse or a factorization.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// A pivot is exactly 0, so there is no unique solution.
  case singular(operation: String)
  /// The matrix is not positive definite; `order` is that of the first leading minor that is not
  /// positive.
  case notPositiveDefinite(operation: String, order: Int)
  /// An iteration did not converge.
  case notConverged(operation: String)
  /// An element is infinite or not a number.
  case notFinite(operation: String)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .singular(let operation):
      "\(operation): the matrix is singular; add a small multiple of the identity, or drop columns "
        + "that depend on others"
    case .notPositiveDefinite(let operation, let order):
      "\(operation): the matrix is not positive definite (its leading minor of order \(order) is "
        + "not positive); add a small multiple of the identity"
    case .notConverged(let operation):
      "\(operation): the iteration did not converge; scale the matrix"
    case .notFinite(let operation):
      "\(operation): the matrix has elements that are infinite or not a number"
    }
  }
}
