import CLAPACKE

// Matrix factorizations by elimination and by reflections.

extension Tensor {
  /// The Cholesky factors of matrices `[..., N, N]`: the lower triangular L with L Lᵀ = the matrix,
  /// whose lower triangle is read; the gradient is symmetric.
  ///
  /// Throws ``LinearAlgebraError``, where a matrix is not positive definite or not finite.
  public func cholesky() throws(LinearAlgebraError) -> Tensor {
    let matrix = try LAPACK.operand(self, "cholesky", square: true)
    let (n, _, stride) = matrix.lapackSizes
    let order = LAPACK.firstCode("cholesky", matrix.matrixCount) { number in
      LAPACKE_spotrf(LAPACK_ROW_MAJOR, LAPACK.lower, n, matrix.matrixPointer(number), stride)
    }
    guard order == 0 else {
      throw .notPositiveDefinite(operation: "cholesky", order: Int(order))
    }
    let factor = matrix.lowerTriangle()
    return factor.recordedWithOutput("cholesky", [node]) { gradient, node in
      let l = factor.attached(to: node)
      // L⁻ᵀ Φ(Lᵀ g) L⁻¹, where Φ takes the lower triangle with half of the diagonal.
      let halves = 1 - Tensor(identity: Int(n)) * 0.5
      let inner = matmul(l, gradient, transposingA: true).lowerTriangle() * halves
      let left = backwardSolve(l.transposed(), inner, .upperTriangular)
      let both = backwardSolve(l.transposed(), left.transposed(), .upperTriangular)
      return [both.symmetricPart]
    }
  }

  /// The QR decompositions of matrices, `[..., M, N]`: q, `[..., M, K]`, with orthonormal columns and
  /// r, `[..., K, N]`, upper triangular, where K = min(M, N).
  ///
  /// There is a gradient where the first K columns are independent. Throws ``LinearAlgebraError``,
  /// where a matrix is not finite.
  public func qr() throws(LinearAlgebraError) -> (q: Tensor, r: Tensor) {
    let matrix = try LAPACK.operand(self, "qr")
    let (m, n, stride) = matrix.lapackSizes
    let size = Swift.min(m, n)
    let r = Tensor(uninitialized: Shape(batchShape + [Int(size), Int(n)]))
    var scales = [Float](repeating: 0, count: Int(size))
    let error = LinearAlgebraError.notConverged(operation: "qr")
    try LAPACK.run("qr", matrix.matrixCount, orThrow: error) { number in
      let target = matrix.matrixPointer(number)
      let code = LAPACKE_sgeqrf(LAPACK_ROW_MAJOR, m, n, target, stride, &scales)
      if code != 0 { return code }
      r.matrixPointer(number).update(from: target, count: Int(size * n))
      return LAPACKE_sorgqr(LAPACK_ROW_MAJOR, m, size, size, target, stride, scales)
    }
    let (q, upper) = withExtendedLifetime((matrix, r)) {
      (matrix.sliced(0..<Int(size), along: rank - 1).contiguous(), r.upperTriangle())
    }
    let a = self
    let results = factors("qr", [q, upper]) { gradients, results in
      qrGradient(a, gradients, results)
    }
    return (results[0], results[1])
  }
}

/// The gradient of a QR decomposition (Seeger et al., 2017; of wide matrices, Roberts and Roberts,
/// 2020).
private func qrGradient(_ a: Tensor, _ gradients: [Tensor], _ results: [Tensor]) -> Tensor {
  let (q, r, axis) = (results[0], results[1], a.rank - 1)
  let (size, width) = (r.shape[axis - 1], r.shape[axis])
  guard width > size else { return tallGradient(gradients[0], gradients[1], q, r) }
  // The first columns, a square matrix, have the factors q and those of r; the others are q times
  // the rest of r.
  let (first, rest) = (0..<size, size..<width)
  let ofRest = gradients[1].sliced(rest, along: axis)
  let ofQ =
    gradients[0] + matmul(a.sliced(rest, along: axis), ofRest, transposingB: true)
  let square = tallGradient(
    ofQ, gradients[1].sliced(first, along: axis), q, r.sliced(first, along: axis))
  return concatenate([square, matmul(q, ofRest)], along: axis)
}

/// (gq + q M') r⁻ᵀ, where M' is the symmetric matrix with the lower triangle of r grᵀ - gqᵀ q.
private func tallGradient(_ ofQ: Tensor, _ ofR: Tensor, _ q: Tensor, _ r: Tensor) -> Tensor {
  let inner =
    matmul(r, ofR.upperTriangle(), transposingB: true) - matmul(ofQ, q, transposingA: true)
  let symmetric = inner.lowerTriangle() + inner.lowerTriangle(offset: -1).transposed()
  let left = ofQ + matmul(q, symmetric)
  return backwardSolve(r, left.transposed(), .upperTriangular).transposed()
}
