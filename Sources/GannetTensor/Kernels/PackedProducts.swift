import CGannetKernels

// Products by our own kernel, whose right factor is packed once for all threads. OpenBLAS packs both
// factors in each of the blocks by which a product is shared out: one thread of Zen 4 multiplies
// 1,024x512 by 512x2,048 at 104 GFLOP/s as a whole, at 95 in blocks of 256x128, and at 109 so.

extension BLAS {
  /// Whether `multiplyPacked` is faster: packing takes as long as products with some 20 rows, and
  /// sharing it out some microseconds.
  static func isPacked(m: Int, n: Int, k: Int) -> Bool {
    m >= Tuning.packedRows && min(n, k) >= panelWidth && m * n * k >= Tuning.packedProduct
  }

  /// c = a b + start, by bands of b that are packed one after the other, so that packing takes little
  /// memory, however many rows or columns b has. Each element's bits are those of b packed as a whole.
  static func multiplyPacked(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, start: Start, epilogue: (Block) -> Void
  ) {
    let width = min(n, Tuning.packedBand.columns)
    let blockDepth = Int(GANNET_DEPTH)
    let depth = max(1, Tuning.packedBand.elements / width / blockDepth) * blockDepth
    for left in Swift.stride(from: 0, to: n, by: width) {
      for top in Swift.stride(from: 0, to: k, by: depth) {
        let part = b.from(row: top, column: left)
        let band = PackedMatrix(
          part.pointer, stride: part.stride, transposed: part.transposed, k: min(depth, k - top),
          n: min(width, n - left))
        multiply(
          a.from(row: 0, column: top), band, into: c + left, stride: stride, m: m,
          start: top == 0 ? start.from(column: left) : .result
        ) { block in
          guard top + depth >= k else { return }
          let columns = left + block.columns.lowerBound..<left + block.columns.upperBound
          epilogue(Block(rows: block.rows, columns: columns))
        }
      }
    }
  }

  /// c = x wᵀ + start for `rows` rows of x and a contiguous weight w, `[n, k]`. Where forms are kept, few
  /// rows are multiplied by a packed one, too.
  static func multiply(
    _ x: Operand, byWeight weight: Tensor, into c: UnsafeMutablePointer<Float>, stride: Int,
    rows: Int, start: Start = .zeros, epilogue: (Block) -> Void = { _ in }
  ) {
    let (n, k) = (weight.shape[0], weight.shape[1])
    let isSmall = n * k <= Tuning.smallFactor && rows >= Tuning.smallFactorRows
    guard Tensor.keepsForms, rows > 0, k > 0, !isSmall else {
      return multiply(
        x, Operand(weight.pointer, stride: k, transposed: true), into: c, stride: stride, m: rows,
        n: n, k: k, start: start, epilogue: epilogue)
    }
    let factor = weight.form(.packedTransposed) {
      PackedMatrix(weight.pointer, stride: k, transposed: true, k: k, n: n)
    }
    multiply(x, factor, into: c, stride: stride, m: rows, start: start, epilogue: epilogue)
    withExtendedLifetime(weight.storage) {}
  }

  private static func multiply(
    _ a: Operand, _ b: PackedMatrix, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int,
    start: Start, epilogue: (Block) -> Void
  ) {
    let zeros: Tensor? = if case .zeros = start { Tensor(zeros: [b.n]) } else { nil }
    let grid = PackedGrid(m: m, n: b.n, k: b.k)
    ThreadPool.shared.forEach(chunks: grid.count) { index in
      let block = grid.block(index)
      let row = block.rows.lowerBound
      let result = gannet_matrix(start: c + row * stride, ld: stride)
      let base =
        switch start {
        case .zeros: gannet_matrix(start: zeros!.pointer, ld: 0)
        case .rows(let row): gannet_matrix(start: UnsafeMutablePointer(mutating: row), ld: 0)
        case .result: result
        }
      b.multiply(
        a.from(row: row, column: 0), base: base, into: result, count: block.rows.count,
        columns: block.columns)
      epilogue(block)
    }
    withExtendedLifetime((b, zeros)) {}
  }
}

/// The blocks of a product, one after the other in the same columns, whose panels stay in the cache.
private struct PackedGrid {
  private let m: Int
  private let n: Int
  private var height: Int
  private var width: Int

  init(m: Int, n: Int, k: Int) {
    (self.m, self.n) = (m, n)
    (height, width) = Tuning.packedBlock
    (height, width) = (min(height, m), min(width, n))
    // Enough blocks for all threads, unless the work of a block gets small.
    while count < Tuning.packedBlocks, height * width * k > 2 * Tuning.packedChunk {
      if height >= width, height > 32 {
        height = (height / 2 + 15) & ~15
      } else if width > 2 * panelWidth {
        width = (width / 2 + panelWidth - 1) / panelWidth * panelWidth
      } else {
        return
      }
    }
  }

  private var columnBlocks: Int { (n + width - 1) / width }
  private var rowBlocks: Int { (m + height - 1) / height }

  var count: Int { rowBlocks * columnBlocks }

  func block(_ index: Int) -> BLAS.Block {
    let (row, column) = (index % rowBlocks * height, index / rowBlocks * width)
    return BLAS.Block(rows: row..<min(m, row + height), columns: column..<min(n, column + width))
  }
}
