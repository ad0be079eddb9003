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
/// The gradient of a matrix with a structure has this structure; that of a symmetric one is symmetric.
///
/// - Parameters:
///   - a: `[..., N, N]`.
///   - b: `[..., N]`, or `[..., N, K]` for K right-hand sides, with the leading axes of `a`.
///   - structure: The known structure of `a`; `general` by default.
/// - Returns: The solution, of the shape of `b`.
/// - Throws: ``LinearAlgebraError``, where `a` is singular, not positive definite or not finite.
public func solve(
  _ a: Tensor, _ b: Tensor, assuming structure: MatrixStructure = .general
) throws(LinearAlgebraError) -> Tensor {
  let right = try rightSides(a, b, "solve", of: -1)
  let matrix = try LAPACK.operand(a, "solve", square: true)
  let (x, code) = structure.solution(matrix, try LAPACK.copy(right, "solve"))
  guard code == 0 else {
    throw structure == .positiveDefinite
      ? LinearAlgebraError.notPositiveDefinite(operation: "solve", order: Int(code))
      : .singular(operation: "solve")
  }
  let y = x.recorded(asSolutionOf: a, right, structure)
  return b.rank < a.rank ? y.squeezed(at: -1) : y
}

/// `b` as matrices of columns; stops where its sizes are not those of `a`, whose axis `axis` has the
/// size of the columns.
func rightSides(
  _ a: Tensor, _ b: Tensor, _ operation: StaticString, of axis: Int
) throws(LinearAlgebraError) -> Tensor {
  let isVector = b.rank == a.rank - 1
  guard a.rank >= 2, isVector || b.rank == a.rank,
    Shape(b.shape.dropLast(isVector ? 1 : 2)) == Shape(a.batchShape),
    b.shape[b.rank - (isVector ? 1 : 2)] == a.shape[a.rank + axis]
  else { failShapes(operation, a.shape, b.shape) }
  return isVector ? b.unsqueezed(at: b.rank) : b
}

extension MatrixStructure {
  /// The solutions of systems, whose operands are overwritten, and LAPACK's first code that is not 0.
  fileprivate func solution(_ a: Tensor, _ b: Tensor) -> (x: Tensor, code: Int32) {
    let ((n, _, stride), (_, count, width)) = (a.lapackSizes, b.lapackSizes)
    var pivots = [Int32](repeating: 0, count: Int(n))
    let code = LAPACK.firstCode("solve", a.matrixCount) { number in
      let (matrix, right) = (a.matrixPointer(number), b.matrixPointer(number))
      switch self {
      case .general:
        return LAPACKE_sgesv_work(
          LAPACK_ROW_MAJOR, n, count, matrix, stride, &pivots, right, width)
      case .positiveDefinite:
        return LAPACKE_sposv_work(
          LAPACK_ROW_MAJOR, LAPACK.lower, n, count, matrix, stride, right, width)
      case .lowerTriangular, .upperTriangular:
        return LAPACKE_strtrs_work(
          LAPACK_ROW_MAJOR, self == .lowerTriangular ? LAPACK.lower : LAPACK.upper, LAPACK.no,
          LAPACK.no, n, count, matrix, stride, right, width)
      }
    }
    return withExtendedLifetime((a, b)) { (b, code) }
  }

  /// The structure of the transposed matrix.
  fileprivate var transposed: MatrixStructure {
    switch self {
    case .general: .general
    case .positiveDefinite: .positiveDefinite
    case .lowerTriangular: .upperTriangular
    case .upperTriangular: .lowerTriangular
    }
  }

  /// The part of a matrix's gradient that has this structure.
  fileprivate func restricted(_ gradient: Tensor) -> Tensor {
    switch self {
    case .general: gradient
    case .positiveDefinite: gradient.symmetricPart
    case .lowerTriangular: gradient.lowerTriangle()
    case .upperTriangular: gradient.upperTriangle()
    }
  }
}

/// Solves a x = b as ``solve(_:_:assuming:)`` of matrices, in the backward pass: the solution is NaN
/// where there is none.
func backwardSolve(_ a: Tensor, _ b: Tensor, _ structure: MatrixStructure) -> Tensor {
  let (x, code) = structure.solution(LAPACK.copy(a), LAPACK.copy(b))
  let solution = code == 0 ? x : Tensor(repeating: .nan, shape: x.shape)
  return solution.recorded(asSolutionOf: a, b, structure)
}

extension Tensor {
  fileprivate func recorded(
    asSolutionOf a: Tensor, _ b: Tensor, _ structure: MatrixStructure
  ) -> Tensor {
    let inputs = [a.node, b.node]
    let wanted = WantedGradients(inputs)
    return recordedWithOutput("solve", inputs) { gradient, node in
      // The triangle of a symmetric matrix that is read must stay the lower one.
      let ofB = backwardSolve(
        structure == .positiveDefinite ? a : a.transposed(), gradient, structure.transposed)
      return [
        wanted(0) {
          structure.restricted(-matmul(ofB, self.attached(to: node), transposingB: true))
        },
        wanted(1) { ofB },
      ]
    }
  }
}
