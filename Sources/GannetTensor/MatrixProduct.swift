/// The product of two matrices, `[M, K]` and `[K, N]`, of shape `[M, N]`.
///
/// A transposed view enters as it is, without a copy. Stops where the inner sizes differ.
///
/// - Parameters:
///   - transposingA: Whether `a` is given as `[K, M]`.
///   - transposingB: Whether `b` is given as `[N, K]`.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposingA: Bool = false, transposingB: Bool = false
) -> Tensor {
  guard a.rank == 2, b.rank == 2 else { failShapes("matmul", a.shape, b.shape) }
  let left = transposingA ? a.transposed() : a
  let right = transposingB ? b.transposed() : b
  let (m, k, n) = (left.shape[0], left.shape[1], right.shape[1])
  guard k == right.shape[0] else { failShapes("matmul", a.shape, b.shape) }
  let result = Tensor(uninitialized: [m, n])
  left.withOperand { x in
    right.withOperand { y in
      if k == 0 {
        result.pointer.update(repeating: 0, count: m * n)
      } else if n == 1, !y.transposed, y.stride == 1 {
        BLAS.multiplyVector(x, y.pointer, into: result.pointer, m: m, n: k)
      } else {
        BLAS.multiply(x, y, into: result.pointer, stride: n, m: m, n: n, k: k)
      }
    }
  }
  let savedLeft = right.isRecorded ? left : nil
  let savedRight = left.isRecorded ? right : nil
  return result.recorded("matmul", [left.node, right.node]) { gradient in
    [
      savedRight.map { matmul(gradient, $0, transposingB: true) },
      savedLeft.map { matmul($0, gradient, transposingA: true) },
    ]
  }
}

extension Tensor {
  /// Calls `body` with this matrix as an operand of a product: as it lies where one of its strides
  /// is 1, else as a copy.
  func withOperand<Result>(_ body: (BLAS.Operand) -> Result) -> Result {
    let matrix: Tensor
    let transposed: Bool
    // An axis of size 1 has any stride; a leading dimension must be as large as the other axis.
    if strides[1] == 1 || shape[1] == 1, strides[0] >= shape[1],
      layout != .strided || strides[1] == 1
    {
      (matrix, transposed) = (self, false)
    } else if strides[0] == 1, strides[1] >= shape[0] {
      (matrix, transposed) = (self, true)
    } else {
      (matrix, transposed) = (contiguous(), false)
    }
    let stride = transposed ? matrix.strides[1] : matrix.strides[0]
    return withExtendedLifetime(matrix.storage) {
      body(BLAS.Operand(matrix.pointer, stride: stride, transposed: transposed))
    }
  }
}
