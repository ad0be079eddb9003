import CLAPACKE

extension Tensor {
  /// The inverses of matrices `[..., N, N]`. To solve equations, ``solve(_:_:assuming:)`` is faster
  /// and more accurate.
  ///
  /// Throws ``LinearAlgebraError``, where a matrix is singular or not finite.
  public func inverse() throws(LinearAlgebraError) -> Tensor {
    let matrix = try LAPACK.operand(self, "inverse", square: true)
    let (n, _, stride) = matrix.lapackSizes
    var pivots = [Int32](repeating: 0, count: Int(n))
    let error = LinearAlgebraError.singular(operation: "inverse")
    try LAPACK.run("inverse", matrix.matrixCount, orThrow: error) { number in
      let target = matrix.matrixPointer(number)
      let code = LAPACKE_sgetrf(LAPACK_ROW_MAJOR, n, n, target, stride, &pivots)
      if code != 0 || n == 0 { return code }
      return LAPACKE_sgetri(LAPACK_ROW_MAJOR, n, target, stride, pivots)
    }
    return matrix.recordedWithOutput("inverse", [node]) { gradient, node in
      let y = matrix.attached(to: node)
      let left = matmul(y, gradient, transposingA: true)
      return [-matmul(left, y, transposingB: true)]
    }
  }

  /// The determinants of matrices `[..., N, N]`, of shape `[...]`; 0 for a singular one.
  ///
  /// Throws ``LinearAlgebraError``, where a matrix is not finite.
  public func determinant() throws(LinearAlgebraError) -> Tensor {
    let matrix = try LAPACK.operand(self, "determinant", square: true)
    let size = shape[rank - 1]
    let determinants = Tensor(matrix.luDeterminants, shape: Shape(batchShape))
    let a = self
    return determinants.recordedWithOutput("determinant", [node]) { gradient, node in
      let factor = gradient.reshaped(to: a.batchShape + [1, 1])
      guard Recording.isOn else { return [factor * a.cofactors] }
      // The cofactors of a singular matrix are not found by its inverse.
      let value = determinants.attached(to: node).reshaped(to: a.batchShape + [1, 1])
      let identity = Tensor(identity: size).expanded(to: a.shape)
      return [factor * value * backwardSolve(a.transposed(), identity, .general)]
    }
  }

  /// The determinants of these matrices, which are overwritten by their factors.
  private var luDeterminants: [Float] {
    let (n, _, stride) = lapackSizes
    return (0..<matrixCount).map { number in
      var pivots = [Int32](repeating: 0, count: Int(n))
      let matrix = matrixPointer(number)
      _ = LAPACK.firstCode("determinant", 1) { _ in
        // A zero pivot is a valid result, not an error.
        Swift.min(0, LAPACKE_sgetrf_work(LAPACK_ROW_MAJOR, n, n, matrix, stride, &pivots))
      }
      let exchanges = pivots.enumerated().count { $0.offset + 1 != Int($0.element) }
      let product = (0..<Int(n)).reduce(1.0) { $0 * Double(matrix[$1 * Int(n) + $1]) }
      return Float(exchanges.isMultiple(of: 2) ? product : -product)
    }
  }

  /// The gradient of the determinant: with the singular value decomposition u s vᵀ it is det(u)
  /// det(v) u t vᵀ, where each of t is the product of the others of s. NaN where there is none.
  private var cofactors: Tensor {
    let size = shape[rank - 1]
    guard let (u, values, v) = try? detached().singularValueDecomposition() else {
      return Tensor(repeating: .nan, shape: shape)
    }
    let others = (0..<size).map { place in
      concatenate(
        [
          values.sliced(0..<place, along: values.rank - 1),
          values.sliced(place + 1..<size, along: values.rank - 1),
        ], along: values.rank - 1
      ).product(along: -1)
    }
    guard size > 0 else { return Tensor(zeros: shape) }
    let signs = [u, v].map { LAPACK.copy($0).luDeterminants.map { $0 < 0 ? -1 : 1 as Float } }
    let sign = Tensor(zip(signs[0], signs[1]).map(*), shape: Shape(batchShape + [1, 1]))
    let products = stack(others, along: values.rank - 1).unsqueezed(at: values.rank - 1)
    return matmul(u * products, v) * sign
  }
}
