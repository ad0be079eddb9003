import GannetTensor
import TestSupport
import Testing

/// Products that are large enough for our own kernel.
@Suite struct PackedProductsTests {
  /// Sizes m, n, k: partial panels and blocks on all sides, several blocks of k, few rows.
  private static let sizes = [
    (300, 257, 301), (97, 1_100, 170), (1_000, 40, 600), (129, 513, 260), (1_024, 64, 256),
  ]

  /// Some elements of each product, perhaps of transposed factors, beside sums in double precision.
  @Test(arguments: sizes, [false, true]) func theProductIsExact(
    _ size: (m: Int, n: Int, k: Int), _ transposingA: Bool
  ) {
    let (m, n, k) = size
    for transposingB in [false, true] {
      let a = Tensor(hash: 1, transposingA ? [k, m] : [m, k])
      let b = Tensor(hash: 2, transposingB ? [n, k] : [k, n])
      let product = matmul(a, b, transposingA: transposingA, transposingB: transposingB)
      let (left, right, found) = (a.scalars, b.scalars, product.scalars)
      for index in Swift.stride(from: 0, to: m * n, by: 997) {
        let (row, column) = (index / n, index % n)
        let expected = (0..<k).reduce(0.0) { sum, depth in
          let x = left[transposingA ? depth * m + row : row * k + depth]
          let y = right[transposingB ? column * k + depth : depth * n + column]
          return sum + Double(x) * Double(y)
        }
        #expect(abs(Double(found[index]) - expected) <= 2e-5)
      }
    }
  }

  /// A product into a part of a larger matrix, begun from each kind of start; each element is in one
  /// block of the epilogue.
  @Test func startsAndBlocks() {
    let (m, n, k) = (301, 263, 300)
    let (a, b, bias) = (Tensor(hash: 1, [m, k]), Tensor(hash: 2, [k, n]), Tensor(hash: 3, [n]))
    let before = Tensor(hash: 4, [m, n + 5])
    let product = matmul(a, b)
    let starts: [(BLAS.Start, Tensor)] = [
      (.zeros, product), (.rows(bias.pointer), product + bias),
      (.result, product + before.sliced(2..<2 + n, along: 1)),
    ]
    for (start, expected) in starts {
      let c = Tensor(before.scalars, shape: before.shape)
      let visits = Tensor(zeros: [m, n])
      BLAS.multiply(
        BLAS.Operand(a.pointer, stride: k), BLAS.Operand(b.pointer, stride: n), into: c.pointer + 2,
        stride: n + 5, m: m, n: n, k: k, start: start
      ) { block in
        for row in block.rows {
          for column in block.columns { visits.pointer[row * n + column] += 1 }
        }
      }
      expectClose(c.sliced(2..<2 + n, along: 1), expected, tolerance: 5e-6)
      expectIdentical(c.sliced(0..<2, along: 1), before.sliced(0..<2, along: 1))
      expectIdentical(c.sliced(2 + n..<5 + n, along: 1), before.sliced(2 + n..<5 + n, along: 1))
      expectIdentical(visits, Tensor(ones: [m, n]))
    }
    withExtendedLifetime((a, b, bias)) {}
  }

  /// A row's bits do not depend on the other rows, as long as the product is a packed one.
  @Test func rowsAreIndependent() {
    let (a, b) = (Tensor(hash: 1, [700, 300]), Tensor(hash: 2, [300, 513]))
    let whole = matmul(a, b)
    expectIdentical(matmul(a[200..<371], b), whole[200..<371])
  }
}
