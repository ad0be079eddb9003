import CLAPACKE

/// Solves the least-squares problem: the x that minimizes |a x - b|², of least norm if there are
/// several.
///
/// - Parameters:
///   - a: `[..., M, N]`, of any sizes and rank. As in NumPy's `lstsq`, singular values below ε max(M,
///     N) times the largest count as 0, with ε = 2^-23.
///   - b: `[..., M]`, or `[..., M, K]` for K right-hand sides, with the leading axes of `a`.
/// - Returns: The solution, `[..., N]` or `[..., N, K]`. Its gradient assumes that the rank of `a` does
///   not change.
/// - Throws: ``LinearAlgebraError``, where `a` or `b` is not finite, or the singular value
///   decomposition does not converge.
public func leastSquares(_ a: Tensor, _ b: Tensor) throws(LinearAlgebraError) -> Tensor {
  let sides = try rightSides(a, b, "leastSquares", of: -2)
  let matrix = try LAPACK.operand(a, "leastSquares")
  let right = try LAPACK.copy(sides, "leastSquares")
  let (m, n, stride) = matrix.lapackSizes
  let none = Array(repeating: 0, count: a.rank)
  var missing = none
  missing[a.rank - 2] = Int(max(0, n - m))
  // The solutions replace the right-hand sides.
  let x = right.padded(before: none, after: missing).contiguous()
  let (_, count, width) = x.lapackSizes
  if min(m, n) > 0 {
    var singularValues = [Float](repeating: 0, count: Int(min(m, n)))
    var rank: Int32 = 0
    let error = LinearAlgebraError.notConverged(operation: "leastSquares")
    try LAPACK.run("leastSquares", matrix.matrixCount, orThrow: error) { number in
      LAPACKE_sgelsd(
        LAPACK_ROW_MAJOR, m, n, count, matrix.matrixPointer(number), stride,
        x.matrixPointer(number), width, &singularValues, Float(max(m, n)) * .ulpOfOne, &rank)
    }
  }
  let solution = withExtendedLifetime((matrix, x)) {
    x.sliced(0..<Int(n), along: a.rank - 2).contiguous()
  }
  let inputs = [a.node, sides.node]
  let wanted = WantedGradients(inputs)
  let y = solution.recordedWithOutput("leastSquares", inputs) { gradient, node in
    let inverse = a.backwardPseudoInverse()
    let ofB = matmul(inverse, gradient, transposingA: true)
    return [
      wanted(0) {
        let x = solution.attached(to: node)
        let rest = sides - matmul(a, x)
        let ofRest = matmul(inverse, ofB)
        let outside = gradient - matmul(inverse, matmul(a, gradient))
        return matmul(rest, ofRest, transposingB: true)
          + matmul(matmul(inverse, x, transposingA: true), outside, transposingB: true)
          - matmul(ofB, x, transposingB: true)
      },
      wanted(1) { ofB },
    ]
  }
  return b.rank < a.rank ? y.squeezed(at: -1) : y
}

extension Tensor {
  /// The Moore-Penrose inverse of matrices `[..., M, N]`, `[..., N, M]`; singular values below ε max(M,
  /// N) times the largest count as 0, with ε = 2^-23. Its gradient assumes that the rank does not
  /// change.
  ///
  /// Throws ``LinearAlgebraError``, where a matrix is not finite or the singular value decomposition
  /// does not converge.
  public func pseudoInverse() throws(LinearAlgebraError) -> Tensor {
    let (u, values, v) = try detached().singularValueDecomposition()
    let hasValues = values.shape[values.rank - 1] > 0
    let largest = hasValues ? values.max(along: -1) : Tensor(zeros: Shape(batchShape))
    let limit = Float(Swift.max(shape[rank - 2], shape[rank - 1])) * .ulpOfOne
    let bound = (largest * limit).reshaped(to: batchShape + [1])
    let inverses = (1 / values).replacing(with: 0, where: values .<= bound)
    let y = matmul(v.transposed(), u.transposed() * inverses.unsqueezed(at: inverses.rank))
    let a = self
    return y.recordedWithOutput("pseudoInverse", [node]) { gradient, node in
      let p = y.attached(to: node)
      let turned = gradient.transposed()
      // (I - a p) gᵀ p pᵀ + pᵀ p gᵀ (I - p a) - pᵀ g pᵀ, from the differential of p.
      let right = matmul(turned, matmul(p, p, transposingB: true))
      let left = matmul(matmul(p, p, transposingA: true), turned)
      let inner = matmul(matmul(p, gradient, transposingA: true), p, transposingB: true)
      return [
        right - matmul(a, matmul(p, right)) + left - matmul(matmul(left, p), a) - inner
      ]
    }
  }

  /// The pseudo-inverse in the backward pass; NaN where it cannot be computed.
  fileprivate func backwardPseudoInverse() -> Tensor {
    (try? pseudoInverse())
      ?? Tensor(
        repeating: .nan, shape: Shape(batchShape + [shape[rank - 1], shape[rank - 2]]))
  }
}
