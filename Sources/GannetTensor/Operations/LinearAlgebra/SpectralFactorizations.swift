import CLAPACKE

// Factorizations by eigenvalues and singular values. Their vectors have gradients where the values
// differ from one another, and functions of them must not depend on their signs.

extension Tensor {
  /// The eigendecompositions of symmetric matrices, `[..., N, N]`, whose lower triangle is read:
  /// ascending eigenvalues, `[..., N]`, and orthonormal eigenvectors in the columns of `[..., N, N]`.
  /// The gradient is symmetric.
  ///
  /// Throws ``LinearAlgebraError`` where a matrix is not finite or the iteration does not converge.
  public func symmetricEigen() throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let (values, vectors) = try symmetricEigen(LAPACK.vectors)
    let results = factors("symmetricEigen", [values, vectors]) { gradients, results in
      let (values, vectors) = (results[0], results[1])
      // v (diag(gw) + vᵀ gv / (wⱼ - wᵢ)) vᵀ
      let turned = matmul(vectors, gradients[1], transposingA: true)
      let inner = gradients[0].asDiagonals + turned * values.reciprocalDifferences
      return matmul(matmul(vectors, inner), vectors, transposingB: true).symmetricPart
    }
    return (results[0], results[1])
  }

  /// The eigenvalues of symmetric matrices, `[..., N]`, as of ``symmetricEigen()``.
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> Tensor {
    // The gradient needs the vectors.
    if isRecorded { return try symmetricEigen().values }
    return try symmetricEigen(LAPACK.no).values
  }

  private func symmetricEigen(
    _ job: CChar
  ) throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let matrix = try LAPACK.operand(self, "symmetricEigen", square: true)
    let (n, _, stride) = matrix.lapackSizes
    let values = Tensor(uninitialized: Shape(batchShape + [Int(n)]))
    let error = LinearAlgebraError.notConverged(operation: "symmetricEigen")
    try LAPACK.run("symmetricEigen", matrix.matrixCount, orThrow: error) { number in
      LAPACKE_ssyevd(
        LAPACK_ROW_MAJOR, job, LAPACK.lower, n, matrix.matrixPointer(number), stride,
        values.pointer + number * Int(n))
    }
    return withExtendedLifetime(values) { (values, matrix) }
  }

  /// The singular value decompositions u · diag(values) · vᵀ of matrices, `[..., M, N]`: u, `[..., M,
  /// K]`, with orthonormal columns, vᵀ, `[..., K, N]`, with orthonormal rows, and descending values,
  /// `[..., K]`, where K = min(M, N).
  ///
  /// Throws ``LinearAlgebraError`` where a matrix is not finite or the iteration does not converge.
  public func singularValueDecomposition() throws(LinearAlgebraError) -> (
    u: Tensor, values: Tensor, vTransposed: Tensor
  ) {
    let matrix = try LAPACK.operand(self, "singularValueDecomposition")
    let (m, n, stride) = matrix.lapackSizes
    let size = Int(Swift.min(m, n))
    let u = Tensor(uninitialized: Shape(batchShape + [Int(m), size]))
    let values = Tensor(uninitialized: Shape(batchShape + [size]))
    let v = Tensor(uninitialized: Shape(batchShape + [size, Int(n)]))
    let error = LinearAlgebraError.notConverged(operation: "singularValueDecomposition")
    let (ofU, ofV) = (u.lapackSizes.stride, v.lapackSizes.stride)
    try LAPACK.run("singularValueDecomposition", matrix.matrixCount, orThrow: error) { number in
      LAPACKE_sgesdd(
        LAPACK_ROW_MAJOR, LAPACK.thin, m, n, matrix.matrixPointer(number), stride,
        values.pointer + number * size, u.matrixPointer(number), ofU, v.matrixPointer(number), ofV)
    }
    let results = withExtendedLifetime((matrix, u, values, v)) {
      factors("singularValueDecomposition", [u, values, v], backward: singularGradient)
    }
    return (results[0], results[1], results[2])
  }

  /// 1 / (wⱼ - wᵢ) of vectors w, `[..., N]`, as matrices; 0 on the diagonal.
  fileprivate var reciprocalDifferences: Tensor {
    let identity = Tensor(identity: shape[rank - 1])
    return (1 - identity) / (unsqueezed(at: rank - 1) - unsqueezed(at: rank) + identity)
  }
}

/// The gradient of a singular value decomposition from those of u, values and vᵀ (Townsend, 2016).
private func singularGradient(_ gradients: [Tensor], _ results: [Tensor]) -> Tensor {
  let (u, s, v) = (results[0], results[1], results[2])
  let (rows, columns) = (s.unsqueezed(at: s.rank), s.unsqueezed(at: s.rank - 1))
  let differences = square(s).reciprocalDifferences
  func skew(_ x: Tensor) -> Tensor { (x - x.transposed()) * differences }
  let ofU = skew(matmul(u, gradients[0], transposingA: true)) * columns
  let ofV = skew(matmul(v, gradients[2], transposingB: true)) * rows
  var result = matmul(matmul(u, ofU + ofV + gradients[1].asDiagonals), v)
  let (m, size, n) = (u.shape[u.rank - 2], s.shape[s.rank - 1], v.shape[v.rank - 1])
  if m > size {  // outside of the columns of u
    let scaled = gradients[0] / columns
    result += matmul(scaled - matmul(u, matmul(u, scaled, transposingA: true)), v)
  }
  if n > size {  // outside of the rows of vᵀ
    let scaled = gradients[2] / rows
    result += matmul(u, scaled - matmul(matmul(scaled, v, transposingB: true), v))
  }
  return result
}
