import CLAPACKE

/// Known structure of a matrix, which saves work.
public enum MatrixStructure: Sendable {
  /// No known structure.
  case general
  /// Symmetric with positive eigenvalues; only the lower triangle is read.
  case positiveDefinite
  /// Lower triangular; the elements above the diagonal are not read.
  case lowerTriangular
  /// Upper triangular; the elements below the diagonal are not read.
  case upperTriangular
}

/// Solves a x = b for x.
///
///     let x = try solve(a, b)
///     let weights = try solve(gram + Tensor(identity: n) * 0.1, y, assuming: .positiveDefinite)
///
/// - Parameters:
///   - a: `[N, N]`.
///   - b: `[N]`, or `[N, K]` for K systems.
///   - structure: The known structure of `a`; `general` by default.
/// - Returns: The solution, of the shape of `b`, without gradient.
/// - Throws: ``LinearAlgebraError``, where `a` is singular, not positive definite or not finite.
public func solve(
  _ a: Tensor, _ b: Tensor, assuming structure: MatrixStructure = .general
) throws(LinearAlgebraError) -> Tensor {
  guard a.rank == 2, b.rank == 1 || b.rank == 2, a.shape[1] == b.shape[0] else {
    failShapes("solve", a.shape, b.shape)
  }
  let matrix = try LAPACK.operand(a, "solve", square: true)
  let x = try LAPACK.copy(b.rank == 1 ? b.unsqueezed(at: 1) : b, "solve")
  let (n, _, stride) = matrix.lapackSizes
  let (_, count, width) = x.lapackSizes
  var code: Int32 = 0
  let error: () -> LinearAlgebraError = {
    structure == .positiveDefinite
      ? .notPositiveDefinite(operation: "solve", order: Int(code)) : .singular(operation: "solve")
  }
  try LAPACK.run("solve", error()) {
    withExtendedLifetime((matrix, x)) {
      switch structure {
      case .general:
        var pivots = [Int32](repeating: 0, count: Int(n))
        code = LAPACKE_sgesv(
          LAPACK_ROW_MAJOR, n, count, matrix.pointer, stride, &pivots, x.pointer, width)
      case .positiveDefinite:
        code = LAPACKE_sposv(
          LAPACK_ROW_MAJOR, LAPACK.lower, n, count, matrix.pointer, stride, x.pointer, width)
      case .lowerTriangular, .upperTriangular:
        let half = structure == .lowerTriangular ? LAPACK.lower : LAPACK.upper
        code = LAPACKE_strtrs(
          LAPACK_ROW_MAJOR, half, LAPACK.no, LAPACK.no, n, count, matrix.pointer, stride, x.pointer,
          width)
      }
      return code
    }
  }
  return b.rank == 1 ? x.squeezed(at: 1) : x
}

/// Solves the least-squares problem: the x that minimizes |a x - b|², of least norm if there are
/// several.
///
/// - Parameters:
///   - a: `[M, N]`, of any sizes and rank. As in NumPy's `lstsq`, singular values below ε max(M, N)
///     times the largest count as 0, with ε = 2^-23.
///   - b: `[M]`, or `[M, K]` for K right-hand sides.
/// - Returns: The solution, `[N]` or `[N, K]`, without gradient.
/// - Throws: ``LinearAlgebraError``, where `a` or `b` is not finite, or the singular value
///   decomposition does not converge.
public func leastSquares(_ a: Tensor, _ b: Tensor) throws(LinearAlgebraError) -> Tensor {
  guard a.rank == 2, b.rank == 1 || b.rank == 2, a.shape[0] == b.shape[0] else {
    failShapes("leastSquares", a.shape, b.shape)
  }
  let matrix = try LAPACK.operand(a, "leastSquares")
  // The solutions replace the right-hand sides.
  let right = try LAPACK.copy(b, "leastSquares").reshaped(
    to: [b.shape[0], b.rank == 1 ? 1 : b.shape[1]])
  let missing = max(0, a.shape[1] - a.shape[0])
  let x = right.padded(before: [0, 0], after: [missing, 0])
  let (m, n, stride) = matrix.lapackSizes
  let (_, count, width) = x.lapackSizes
  guard min(m, n) > 0 else { return Tensor(zeros: b.shape.replacing(0, with: a.shape[1])) }
  var singularValues = [Float](repeating: 0, count: Int(min(m, n)))
  var rank: Int32 = 0
  try LAPACK.run("leastSquares", .notConverged(operation: "leastSquares")) {
    withExtendedLifetime((matrix, x)) {
      LAPACKE_sgelsd(
        LAPACK_ROW_MAJOR, m, n, count, matrix.pointer, stride, x.pointer, width, &singularValues,
        Float(max(m, n)) * .ulpOfOne, &rank)
    }
  }
  let solution = x[0..<a.shape[1]]
  return b.rank == 1 ? solution.squeezed(at: 1) : solution
}

extension Tensor {
  /// The inverse of a matrix `[N, N]`, without gradient. To solve equations,
  /// ``solve(_:_:assuming:)`` is faster and more accurate.
  ///
  /// Throws ``LinearAlgebraError``, where the matrix is singular or not finite.
  public func inverse() throws(LinearAlgebraError) -> Tensor {
    let matrix = try LAPACK.operand(self, "inverse", square: true)
    let (n, _, stride) = matrix.lapackSizes
    var pivots = [Int32](repeating: 0, count: Int(n))
    try LAPACK.run("inverse", .singular(operation: "inverse")) {
      withExtendedLifetime(matrix) {
        let code = LAPACKE_sgetrf(LAPACK_ROW_MAJOR, n, n, matrix.pointer, stride, &pivots)
        if code != 0 || n == 0 { return code }
        return LAPACKE_sgetri(LAPACK_ROW_MAJOR, n, matrix.pointer, stride, pivots)
      }
    }
    return matrix
  }

  /// The determinant of a matrix `[N, N]`, without gradient; 0 for a singular one.
  ///
  /// Throws ``LinearAlgebraError``, where the matrix is not finite.
  public func determinant() throws(LinearAlgebraError) -> Float {
    let matrix = try LAPACK.operand(self, "determinant", square: true)
    let (n, _, stride) = matrix.lapackSizes
    var pivots = [Int32](repeating: 0, count: Int(n))
    try LAPACK.run("determinant", .singular(operation: "determinant")) {
      withExtendedLifetime(matrix) {
        // A zero pivot is a valid result, not an error.
        Swift.min(0, LAPACKE_sgetrf(LAPACK_ROW_MAJOR, n, n, matrix.pointer, stride, &pivots))
      }
    }
    let exchanges = pivots.enumerated().count { $0.offset + 1 != Int($0.element) }
    let product = matrix.diagonal().scalars.reduce(1.0) { $0 * Double($1) }
    return Float(exchanges.isMultiple(of: 2) ? product : -product)
  }
}
