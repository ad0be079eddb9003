import CLAPACKE

/// Common parts of LAPACK calls: operands, options and return codes.
///
/// Matrices are row-major; LAPACKE transposes them if needed. OpenBLAS below it runs on one thread,
/// and matrices of a batch follow one another, so results do not depend on the number of threads.
enum LAPACK {
  static let lower = character("L")
  static let upper = character("U")
  static let no = character("N")
  static let vectors = character("V")
  static let thin = character("S")

  private static func character(_ letter: Unicode.Scalar) -> CChar {
    CChar(truncatingIfNeeded: letter.value)
  }

  /// A copy of `matrices`, `[..., M, N]`, that LAPACK may overwrite.
  static func operand(
    _ matrices: Tensor, _ operation: String, square: Bool = false
  ) throws(LinearAlgebraError) -> Tensor {
    let shape = matrices.shape
    guard shape.rank >= 2, !square || shape[shape.rank - 2] == shape[shape.rank - 1] else {
      fail("\(operation): shape \(shape), expected \(square ? "[..., N, N]" : "[..., M, N]")")
    }
    return try copy(matrices, operation)
  }

  /// A copy of `tensor` that LAPACK may overwrite; throws if it is not finite.
  static func copy(_ tensor: Tensor, _ operation: String) throws(LinearAlgebraError) -> Tensor {
    let copy = copy(tensor)
    guard copy.withScalars({ $0.allSatisfy(\.isFinite) }) else {
      throw .notFinite(operation: operation)
    }
    return copy
  }

  /// A copy of `tensor`, perhaps with infinite elements, for the backward pass.
  static func copy(_ tensor: Tensor) -> Tensor { tensor.detached().copied(to: .rowMajor) }

  /// Calls `body` with the number of each matrix; it returns LAPACK's code. Throws `error` at the
  /// first code above 0.
  static func run(
    _ operation: String, _ count: Int, orThrow error: LinearAlgebraError, _ body: (Int) -> Int32
  ) throws(LinearAlgebraError) {
    if firstCode(operation, count, body) > 0 { throw error }
  }

  /// Calls `body` with the number of each matrix and returns its first code that is not 0; stops at
  /// one below.
  static func firstCode(_ operation: String, _ count: Int, _ body: (Int) -> Int32) -> Int32 {
    let code = BLAS.withOneThread {
      var code: Int32 = 0
      for number in 0..<count where code == 0 { code = body(number) }
      return code
    }
    guard code >= 0 else { fail("\(operation): LAPACK returned \(code)") }
    return code
  }
}

extension Tensor {
  /// The sizes of the last two axes and the leading dimension, at least 1, as LAPACK's integers.
  var lapackSizes: (rows: Int32, columns: Int32, stride: Int32) {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    return (Int32(rows), Int32(columns), Int32(Swift.max(1, columns)))
  }

  /// The axes before the last two.
  var batchShape: [Int] { Array(shape.dropLast(2)) }

  /// The number of matrices.
  var matrixCount: Int { batchShape.reduce(1, *) }

  /// The matrix `number` of row-major ones.
  func matrixPointer(_ number: Int) -> UnsafeMutablePointer<Float> {
    pointer + number * shape[rank - 2] * shape[rank - 1]
  }

  /// The vectors `[..., N]` as diagonal matrices.
  var asDiagonals: Tensor { unsqueezed(at: rank) * Tensor(identity: shape[rank - 1]) }

  /// The mean of square matrices and their transposes.
  var symmetricPart: Tensor { (self + transposed()) * 0.5 }
}

extension Tensor {
  /// Records a factorization of this tensor with several results, whose first axes are those of the
  /// batch.
  ///
  /// As steps of the tape have one result, all lie in one tensor, of which they are slices. `backward`
  /// gets their gradients and themselves, and returns this tensor's gradient by recorded operations.
  func factors(
    _ operation: StaticString, _ results: [Tensor],
    backward: @escaping (_ gradients: [Tensor], _ results: [Tensor]) -> Tensor
  ) -> [Tensor] {
    guard isRecorded else { return results }
    let shapes = results.map(\.shape)
    let (axes, count) = (batchShape.count, matrixCount)
    let sizes = shapes.map { $0.dropFirst(axes).reduce(1, *) }
    func parts(_ whole: Tensor) -> [Tensor] {
      zip(whole.split(sizes: sizes, along: 1), shapes).map { $0.reshaped(to: $1) }
    }
    let whole = concatenate(
      zip(results, sizes).map { $0.reshaped(to: [count, $1]) }, along: 1)
    return parts(
      whole.recordedWithOutput(operation, [node]) { gradient, node in
        [backward(parts(gradient), parts(whole.attached(to: node)))]
      })
  }
}
