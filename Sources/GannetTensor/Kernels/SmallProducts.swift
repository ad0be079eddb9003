import CGannetKernels

// Products with a small factor, such as a language model's 32 by 28 output layer, for which
// OpenBLAS spends more time on packing than on the product.

extension BLAS {
  /// Whether `multiplyBySmall` is faster: the right factor stays in the cache.
  static func isBySmall(_ a: Operand, m: Int, n: Int, k: Int) -> Bool {
    !a.transposed && m >= Tuning.smallFactorRows && k > 0 && k * n <= Tuning.smallFactor
  }

  /// c = a b + start, split over the rows.
  static func multiplyBySmall(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, start: Start, epilogue: (Block) -> Void
  ) {
    let factor = PackedMatrix(
      b.pointer, stride: b.stride, transposed: b.transposed, k: k, n: n)
    let zeros = Tensor(zeros: [n])
    let chunk = Tuning.smallFactorChunk
    ThreadPool.shared.forEach(m, by: max(chunk.rows, chunk.multiplications / (k * n))) { rows in
      let result = gannet_matrix(start: c + rows.lowerBound * stride, ld: stride)
      let base =
        switch start {
        case .zeros: gannet_matrix(start: zeros.pointer, ld: 0)
        case .rows(let row): gannet_matrix(start: UnsafeMutablePointer(mutating: row), ld: 0)
        case .result: result
        }
      factor.multiply(a.rows(from: rows.lowerBound), base: base, into: result, count: rows.count)
      epilogue(Block(rows: rows, columns: 0..<n))
    }
    withExtendedLifetime((factor, zeros)) {}
  }

  /// Whether `sumProducts` is faster.
  static func isSum(_ a: Operand, _ b: Operand, m: Int, n: Int, k: Int) -> Bool {
    a.transposed && !b.transposed && k >= Tuning.sumDepth && m * n <= Tuning.sumResult
  }

  /// c = a b + start for a small result of long sums, which are split into lanes.
  static func sumProducts(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, start: Start
  ) {
    let lanes = Lanes(of: k, count: k / Tuning.sumLane)
    let sums = lanes.sums([m, n])
    lanes.forEachLane { lane, rows in
      gannet_add_products(
        a.rows(from: rows.lowerBound), b.rows(from: rows.lowerBound),
        gannet_matrix(start: sums.pointer + lane * m * n, ld: n), rows.count, m, n)
    }
    begin(c, stride, m, n, at: start)
    Lanes.add(sums, to: c, stride: stride)
  }
}

extension BLAS.Operand {
  /// The rows as stored, from `row` on, for reading.
  fileprivate func rows(from row: Int) -> gannet_matrix {
    gannet_matrix(start: UnsafeMutablePointer(mutating: pointer) + row * stride, ld: stride)
  }
}
