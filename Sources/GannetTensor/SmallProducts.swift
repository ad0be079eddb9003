import CGannetKernels

// Many rows times a small matrix, such as the 32 by 28 of a language model's output: OpenBLAS spends more
// time on packing the rows than on the product.

extension BLAS {
  /// Whether `multiplyBySmall` is the faster way: up to 64 KB of the right factor stay in the cache.
  static func isBySmall(_ a: Operand, m: Int, n: Int, k: Int) -> Bool {
    !a.transposed && m >= 64 && k * n <= 1 << 14
  }

  /// c = a b + start; what `multiply` does, cut over the rows.
  static func multiplyBySmall(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, start: Start, epilogue: (Block) -> Void
  ) {
    let factor = PackedMatrix(
      b.pointer, stride: b.stride, transposed: b.transposed, k: k, n: n)
    ThreadPool.shared.forEach(m, by: max(48, (1 << 18) / max(1, k * n))) { rows in
      let target = c + rows.lowerBound * stride
      begin(target, stride, rows.count, n, at: start)
      factor.multiply(
        gannet_matrix(
          start: UnsafeMutablePointer(mutating: a.pointer) + rows.lowerBound * a.stride,
          ld: a.stride),
        addingTo: gannet_matrix(start: target, ld: stride), count: rows.count)
      epilogue(Block(rows: rows, columns: 0..<n))
    }
  }
}
