/// The matrix product of `[..., M, K]` and `[..., K, N]`, of shape `[..., M, N]`.
///
/// Batch axes broadcast. A vector `[K]` is a row on the left and a column on the right, whose axis
/// is removed from the result. Transposed views are not copied. Stops where the inner sizes differ.
///
/// - Parameters:
///   - a: The left factor, `[..., M, K]`.
///   - b: The right factor, `[..., K, N]`.
///   - transposingA: Whether `a` is `[..., K, M]`; false by default.
///   - transposingB: Whether `b` is `[..., N, K]`; false by default.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposingA: Bool = false, transposingB: Bool = false
) -> Tensor {
  if let trace = Trace.current {
    return trace.record(
      MatrixProductOperation(transposingA: transposingA, transposingB: transposingB), [a, b])
  }
  guard a.rank > (transposingA ? 1 : 0), b.rank > (transposingB ? 1 : 0) else {
    failShapes("matmul", a.shape, b.shape)
  }
  let left = transposingA ? a.transposed() : a
  let right = transposingB ? b.transposed() : b
  guard left.shape[left.rank - 1] == right.shape[right.rank == 1 ? 0 : right.rank - 2] else {
    failShapes("matmul", a.shape, b.shape)
  }
  if right.rank == 1 { return matmul(left, right.unsqueezed(at: 1)).squeezed(at: -1) }
  if left.rank == 1 { return matmul(left.unsqueezed(at: 0), right).squeezed(at: -2) }
  if left.rank > 2, right.rank == 2 {  // one product for the whole batch
    let rows = left.reshaped(
      to: [left.shape.dropLast().reduce(1, *), left.shape.last!])
    return matmul(rows, right)
      .reshaped(to: left.shape.replacing(left.rank - 1, with: right.shape[1]))
  }
  guard let product = BatchProduct(left, right) else { failShapes("matmul", a.shape, b.shape) }
  let inputs = [left.node, right.node]
  let (leftShape, rightShape) = (left.shape, right.shape)
  let savedLeft = right.isRecorded ? left : nil
  let savedRight = left.isRecorded ? right : nil
  return product.result.recorded("matmul", inputs) { gradient in
    [
      savedRight.map { matmul(gradient, $0, transposingB: true).summed(to: leftShape) },
      savedLeft.map { matmul($0, gradient, transposingA: true).summed(to: rightShape) },
    ]
  }
}

/// A batched matrix product, whose batch axes broadcast.
private struct BatchProduct {
  let result: Tensor

  /// Nil where the batch axes do not broadcast.
  init?(_ left: Tensor, _ right: Tensor) {
    let (m, k, n) = (left.shape[left.rank - 2], left.shape.last!, right.shape.last!)
    let (leftBatch, rightBatch) = (Shape(left.shape.dropLast(2)), Shape(right.shape.dropLast(2)))
    guard let batch = leftBatch.broadcast(with: rightBatch) else { return nil }
    result = Tensor(uninitialized: Shape(batch + [m, n]))
    let (a, b) = (MatrixOperand(left), MatrixOperand(right))
    let (starts, otherStarts) = (a.offsets(over: batch), b.offsets(over: batch))
    let target = result.pointer
    withExtendedLifetime((a.tensor, b.tensor, result)) {
      if batch.isEmpty, n == 1, k > 0, let vector = b.dense {
        BLAS.multiplyVector(a.operand(at: 0), vector, into: target, m: m, n: k)
      } else {
        BLAS.multiply(batch: starts.count, m: m, n: n, k: k, stride: n) { index in
          (
            a.operand(at: starts[index]), b.operand(at: otherStarts[index]), target + index * m * n
          )
        }
      }
    }
  }
}

/// The matrices of a tensor as operands of products: in place if one of the last two strides is 1,
/// else copied.
private struct MatrixOperand {
  let tensor: Tensor
  private let transposed: Bool

  init(_ tensor: Tensor) {
    let axis = tensor.rank - 2
    let (rows, columns) = (tensor.shape[axis], tensor.shape[axis + 1])
    let (rowStride, columnStride) = (tensor.strides[axis], tensor.strides[axis + 1])
    // An axis of size 1 may have any stride; a leading dimension must be at least the size of the
    // other axis.
    if columnStride == 1 || columns == 1, rowStride >= columns,
      tensor.layout != .strided || columnStride == 1
    {
      (self.tensor, transposed) = (tensor, false)
    } else if rowStride == 1, columnStride >= rows {
      (self.tensor, transposed) = (tensor, true)
    } else {
      (self.tensor, transposed) = (tensor.contiguous(), false)
    }
  }

  func operand(at offset: Int) -> BLAS.Operand {
    let stride = tensor.strides[tensor.rank - (transposed ? 1 : 2)]
    return BLAS.Operand(tensor.pointer + offset, stride: stride, transposed: transposed)
  }

  /// The elements, if they are a contiguous column.
  var dense: UnsafePointer<Float>? {
    !transposed && tensor.strides[tensor.rank - 2] == 1 ? UnsafePointer(tensor.pointer) : nil
  }

  /// The offset of each matrix of the broadcast `batch`.
  func offsets(over batch: Shape) -> [Int] {
    var offsets = [0]
    let whole = Shape(batch + [1, 1])
    for axis in batch.indices {
      let step = tensor.stride(alignedTo: axis, of: whole)
      offsets = offsets.flatMap { start in (0..<batch[axis]).map { start + $0 * step } }
    }
    return offsets
  }
}
