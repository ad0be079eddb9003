import CLAPACKE

/// Common parts of LAPACK calls: operands, options and return codes.
///
/// Matrices are row-major; LAPACKE transposes them if needed. OpenBLAS below it runs on one thread,
/// so results do not depend on the number of threads.
enum LAPACK {
  static let lower = character("L")
  static let upper = character("U")
  static let no = character("N")
  static let vectors = character("V")
  static let thin = character("S")

  private static func character(_ letter: Unicode.Scalar) -> CChar {
    CChar(truncatingIfNeeded: letter.value)
  }

  /// A copy of `matrix`, `[M, N]`, that LAPACK may overwrite.
  static func operand(
    _ matrix: Tensor, _ operation: String, square: Bool = false
  ) throws(LinearAlgebraError) -> Tensor {
    guard matrix.rank == 2, !square || matrix.shape[0] == matrix.shape[1] else {
      fail("\(operation): shape \(matrix.shape), expected \(square ? "[N, N]" : "[M, N]")")
    }
    return try copy(matrix, operation)
  }

  /// A copy of `tensor` that LAPACK may overwrite; throws if it is not finite.
  static func copy(_ tensor: Tensor, _ operation: String) throws(LinearAlgebraError) -> Tensor {
    guard !tensor.isRecorded else {
      fail(
        "\(operation): no gradient is known; detach() the tensor, or use withoutGradients { }")
    }
    let copy = tensor.detached().copied(to: .rowMajor)
    guard copy.withScalars({ $0.allSatisfy(\.isFinite) }) else {
      throw .notFinite(operation: operation)
    }
    return copy
  }

  /// Calls `body`, which returns LAPACK's code, and throws `error` for codes above 0.
  static func run(
    _ operation: String, _ error: @autoclosure () -> LinearAlgebraError, _ body: () -> Int32
  ) throws(LinearAlgebraError) {
    let code = BLAS.withOneThread(body)
    if code > 0 { throw error() }
    guard code == 0 else { fail("\(operation): LAPACK returned \(code)") }
  }
}

extension Tensor {
  /// The sizes of the two axes and the leading dimension, at least 1, as LAPACK's integers.
  var lapackSizes: (rows: Int32, columns: Int32, stride: Int32) {
    (Int32(shape[0]), Int32(shape[1]), Int32(Swift.max(1, shape[1])))
  }
}
