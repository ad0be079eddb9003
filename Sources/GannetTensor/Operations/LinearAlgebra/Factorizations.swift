import CLAPACKE

// Matrix factorizations, without gradients.

extension Tensor {
  /// The Cholesky factor of this matrix, `[N, N]`: the lower triangular L with L Lᵀ = this matrix,
  /// whose lower triangle is read.
  ///
  /// Throws ``LinearAlgebraError``, where the matrix is not positive definite or not finite.
  public func cholesky() throws(LinearAlgebraError) -> Tensor {
    let matrix = try LAPACK.operand(self, "cholesky", square: true)
    let (n, _, stride) = matrix.lapackSizes
    var code: Int32 = 0
    let error = { LinearAlgebraError.notPositiveDefinite(operation: "cholesky", order: Int(code)) }
    try LAPACK.run("cholesky", error()) {
      code = withExtendedLifetime(matrix) {
        LAPACKE_spotrf(LAPACK_ROW_MAJOR, LAPACK.lower, n, matrix.pointer, stride)
      }
      return code
    }
    return matrix.lowerTriangle()
  }

  /// The QR decomposition of this matrix, `[M, N]`: q, `[M, K]`, with orthonormal columns and r,
  /// `[K, N]`, upper triangular, where K = min(M, N).
  ///
  /// Throws ``LinearAlgebraError``, where the matrix is not finite.
  public func qr() throws(LinearAlgebraError) -> (q: Tensor, r: Tensor) {
    let matrix = try LAPACK.operand(self, "qr")
    let (m, n, stride) = matrix.lapackSizes
    let size = Swift.min(m, n)
    var scales = [Float](repeating: 0, count: Int(size))
    var r = matrix
    try LAPACK.run("qr", .notConverged(operation: "qr")) {
      withExtendedLifetime(matrix) {
        let code = LAPACKE_sgeqrf(LAPACK_ROW_MAJOR, m, n, matrix.pointer, stride, &scales)
        if code != 0 { return code }
        r = matrix[0..<Int(size)].upperTriangle()
        return LAPACKE_sorgqr(LAPACK_ROW_MAJOR, m, size, size, matrix.pointer, stride, scales)
      }
    }
    return (matrix.sliced(0..<Int(size), along: 1), r)
  }

  /// The eigendecomposition of this symmetric matrix, `[N, N]`, whose lower triangle is read:
  /// ascending eigenvalues, `[N]`, and orthonormal eigenvectors in the columns of `[N, N]`.
  ///
  /// Throws ``LinearAlgebraError`` where the matrix is not finite or the iteration does not
  /// converge.
  public func symmetricEigen() throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    try symmetricEigen(LAPACK.vectors)
  }

  /// The eigenvalues of this symmetric matrix, `[N]`, as of ``symmetricEigen()``.
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> Tensor {
    try symmetricEigen(LAPACK.no).values
  }

  private func symmetricEigen(
    _ job: CChar
  ) throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let matrix = try LAPACK.operand(self, "symmetricEigen", square: true)
    let (n, _, stride) = matrix.lapackSizes
    let values = Tensor(uninitialized: [Int(n)])
    try LAPACK.run("symmetricEigen", .notConverged(operation: "symmetricEigen")) {
      withExtendedLifetime((matrix, values)) {
        LAPACKE_ssyevd(
          LAPACK_ROW_MAJOR, job, LAPACK.lower, n, matrix.pointer, stride, values.pointer)
      }
    }
    return (values, matrix)
  }

  /// The singular value decomposition u · diag(values) · vᵀ of this matrix, `[M, N]`: u, `[M, K]`,
  /// with orthonormal columns, vᵀ, `[K, N]`, with orthonormal rows, and descending values, `[K]`,
  /// where K = min(M, N).
  ///
  /// Throws ``LinearAlgebraError`` where the matrix is not finite or the iteration does not
  /// converge.
  public func singularValueDecomposition() throws(LinearAlgebraError) -> (
    u: Tensor, values: Tensor, vTransposed: Tensor
  ) {
    let matrix = try LAPACK.operand(self, "singularValueDecomposition")
    let (m, n, stride) = matrix.lapackSizes
    let size = Int(Swift.min(m, n))
    let u = Tensor(uninitialized: [Int(m), size])
    let values = Tensor(uninitialized: [size])
    let v = Tensor(uninitialized: [size, Int(n)])
    let error = LinearAlgebraError.notConverged(operation: "singularValueDecomposition")
    try LAPACK.run("singularValueDecomposition", error) {
      withExtendedLifetime((matrix, u, values, v)) {
        LAPACKE_sgesdd(
          LAPACK_ROW_MAJOR, LAPACK.thin, m, n, matrix.pointer, stride, values.pointer, u.pointer,
          u.lapackSizes.stride, v.pointer, v.lapackSizes.stride)
      }
    }
    return (u, values, v)
  }
}
