import COpenBLAS

/// Row-major matrix products of any size, by OpenBLAS or our own kernel, split over the thread pool.
///
/// OpenBLAS itself runs on one thread meanwhile; its setting is restored after the last concurrent
/// product, for host programs that use OpenBLAS, too.
package enum BLAS {
  /// A factor of a product, perhaps transposed.
  package struct Operand {
    let pointer: UnsafePointer<Float>
    let stride: Int
    let transposed: Bool

    package init(_ pointer: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
      self.pointer = pointer
      self.stride = stride
      self.transposed = transposed
    }

    /// The submatrix from `row` and `column` on, counted in the operand as it enters the product.
    func from(row: Int, column: Int) -> Operand {
      let offset = transposed ? column * stride + row : row * stride + column
      return Operand(pointer + offset, stride: stride, transposed: transposed)
    }
  }

  /// A block of the result, computed by one chunk.
  package struct Block {
    package let rows: Range<Int>
    package let columns: Range<Int>
  }

  /// The initial value that a product is added to.
  package enum Start {
    /// Zeros: c = a b.
    case zeros
    /// A repeated row: c = a b + 1 biasᵀ.
    case rows(UnsafePointer<Float>)
    /// The result's elements: c = a b + c.
    case result
  }

  /// c = a b + start for a of m by k, b of k by n and c of m by n with a row stride.
  ///
  /// `epilogue` is called with each block of c as soon as it is computed, while it is in the cache.
  package static func multiply(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, start: Start = .zeros, epilogue: (Block) -> Void = { _ in }
  ) {
    guard m > 0, n > 0 else { return }
    if isBySmall(a, m: m, n: n, k: k) {
      return multiplyBySmall(
        a, b, into: c, stride: stride, m: m, n: n, k: k, start: start, epilogue: epilogue)
    }
    if isSum(a, b, m: m, n: n, k: k) {
      sumProducts(a, b, into: c, stride: stride, m: m, n: n, k: k, start: start)
      return epilogue(Block(rows: 0..<m, columns: 0..<n))
    }
    if isPacked(m: m, n: n, k: k) {
      return multiplyPacked(
        a, b, into: c, stride: stride, m: m, n: n, k: k, start: start, epilogue: epilogue)
    }
    let grid = Grid(m: m, n: n, k: k)
    withOneThread {
      ThreadPool.shared.forEach(chunks: grid.count) { index in
        let block = grid.block(index)
        let (row, column) = (block.rows.lowerBound, block.columns.lowerBound)
        gemm(
          a.from(row: row, column: 0), b.from(row: 0, column: column), c + row * stride + column,
          stride, block.rows.count, block.columns.count, k, start: start.from(column: column))
        epilogue(block)
      }
    }
  }

  /// Batched products of one size; `operands` returns the factors and the result's address.
  ///
  /// A chunk holds several small products; the products of a small batch are split themselves.
  package static func multiply(
    batch: Int, m: Int, n: Int, k: Int, stride: Int,
    operands: (Int) -> (Operand, Operand, UnsafeMutablePointer<Float>)
  ) {
    guard m > 0, n > 0, batch > 0 else { return }
    if batch == 1 {
      let (a, b, c) = operands(0)
      return multiply(a, b, into: c, stride: stride, m: m, n: n, k: k)
    }
    let grid = Grid(m: m, n: n, k: k, cut: batch < 8)
    let group = max(1, Grid.smallest / max(1, m * n * k))
    withOneThread {
      ThreadPool.shared.forEach(batch * grid.count, by: group) { range in
        for index in range {
          let (a, b, c) = operands(index / grid.count)
          let block = grid.block(index % grid.count)
          let (row, column) = (block.rows.lowerBound, block.columns.lowerBound)
          gemm(
            a.from(row: row, column: 0), b.from(row: 0, column: column), c + row * stride + column,
            stride, block.rows.count, block.columns.count, k)
        }
      }
    }
  }

  /// A product on this thread, to be called within ``withOneThread(_:)``.
  ///
  /// With beta 0, OpenBLAS clears the result one float at a time (0.3.21, up to AVX2), 9% of a
  /// training step at batch 256. So the start is written here, and beta is 1.
  package static func gemm(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ m: Int, _ n: Int,
    _ k: Int, start: Start = .zeros
  ) {
    begin(c, stride, m, n, at: start)
    guard k > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
      b.transposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a.pointer,
      Int32(max(1, a.stride)), b.pointer, Int32(max(1, b.stride)), 1, c, Int32(max(1, stride)))
  }

  /// Initializes c, m by n, for a product with beta 1.
  static func begin(
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ m: Int, _ n: Int, at start: Start
  ) {
    switch start {
    case .zeros where stride == n: c.update(repeating: 0, count: m * n)
    case .zeros: for row in 0..<m { (c + row * stride).update(repeating: 0, count: n) }
    case .rows(let bias): for row in 0..<m { (c + row * stride).update(from: bias, count: n) }
    case .result: break
    }
  }

  /// The dot product of `x` and `y`, accumulated in double precision by some of OpenBLAS's kernels.
  package static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int)
    -> Float
  {
    withOneThread { cblas_sdot(Int32(count), x, 1, y, 1) }
  }

  /// y += alpha · x.
  package static func axpy(
    _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    withOneThread {
      ThreadPool.shared.forEach(count, by: 2 * elementwiseChunk) { range in
        cblas_saxpy(Int32(range.count), alpha, x + range.lowerBound, 1, y + range.lowerBound, 1)
      }
    }
  }

  /// The Euclidean norm of `x`, without intermediate overflow.
  package static func norm(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    withOneThread { cblas_snrm2(Int32(count), x, 1) }
  }

  /// y = a x for a of m by n, split over the rows.
  package static func multiplyVector(
    _ a: Operand, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, m: Int, n: Int
  ) {
    let rows = max(16, 65_536 / max(1, n))
    withOneThread {
      ThreadPool.shared.forEach(m, by: rows) { range in
        let part = a.from(row: range.lowerBound, column: 0)
        let (height, width) = a.transposed ? (n, range.count) : (range.count, n)
        cblas_sgemv(
          CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, Int32(height), Int32(width), 1,
          part.pointer, Int32(max(1, a.stride)), x, 1, 0, y + range.lowerBound, 1)
      }
    }
  }

  // MARK: OpenBLAS's threads

  private struct Users {
    var count = 0
    var hostThreads: Int32 = 1
  }

  private static let users = Locked(Users())

  /// Runs `body` with OpenBLAS on one thread.
  package static func withOneThread<Result>(_ body: () -> Result) -> Result {
    users.withLock { users in
      if users.count == 0 {
        users.hostThreads = openblas_get_num_threads()
        if users.hostThreads != 1 { openblas_set_num_threads(1) }
      }
      users.count += 1
    }
    defer {
      users.withLock { users in
        users.count -= 1
        if users.count == 0, users.hostThreads != 1 {
          openblas_set_num_threads(users.hostThreads)
        }
      }
    }
    return body()
  }

  /// OpenBLAS's kernel for this processor, such as "Zen" or "Cooperlake".
  package static var kernelName: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }
}

extension BLAS.Start {
  /// The start of the columns from `column` on.
  func from(column: Int) -> BLAS.Start {
    if case .rows(let bias) = self { .rows(bias + column) } else { self }
  }
}

/// Splitting of a product into blocks by its size alone, along its longer side first.
private struct Grid {
  private var rowBlocks = 1
  private var columnBlocks = 1
  private let m: Int
  private let n: Int

  /// Number of multiplications, 5 µs of work, below which a product is one chunk.
  static let smallest = 1 << 18
  /// Approximate number of multiplications in a chunk. Each chunk packs its operands again, which
  /// costs 3% with two chunks of a product of 256x256x784 and 7% with four, so sides under 256 are
  /// not split further.
  private static let target = 1 << 24

  init(m: Int, n: Int, k: Int, cut: Bool = true) {
    self.m = m
    self.n = n
    let work = m * n * k
    guard cut, work >= Grid.smallest else { return }
    let wanted = min(64, max(2, work / Grid.target))
    while rowBlocks * columnBlocks * 2 <= wanted {
      let (height, width) = (m / rowBlocks, n / columnBlocks)
      guard max(height, width) >= (count < 2 ? 32 : 256) else { return }
      if height > width { rowBlocks *= 2 } else { columnBlocks *= 2 }
    }
  }

  var count: Int { rowBlocks * columnBlocks }

  func block(_ index: Int) -> BLAS.Block {
    BLAS.Block(
      rows: part(index / columnBlocks, of: rowBlocks, m),
      columns: part(index % columnBlocks, of: columnBlocks, n))
  }

  /// The range of a part; parts begin at multiples of 16, the height and width of OpenBLAS's tiles.
  private func part(_ index: Int, of parts: Int, _ size: Int) -> Range<Int> {
    func edge(_ index: Int) -> Int {
      index == parts ? size : index * size / parts & ~15
    }
    return edge(index)..<edge(index + 1)
  }
}
