import GannetTensor
import TestSupport
import Testing

/// Products that are large enough for our own kernel.
@Suite struct PackedProductsTests {
  /// Sizes m, n, k: partial panels and blocks on all sides, several blocks of k, few rows, several
  /// bands of columns and of k.
  private static let sizes = [
    (300, 257, 301), (97, 1_100, 170), (1_000, 40, 600), (129, 513, 260), (1_024, 64, 256),
    (97, 2_100, 900), (128, 600, 3_000),
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
        #expect(abs(Double(found[index]) - expected) <= 2e-5 * max(1, Double(k) / 600))
      }
    }
  }

  /// A row's bits do not depend on the other rows, as long as the product is a packed one.
  @Test func rowsAreIndependent() {
    let (a, b) = (Tensor(hash: 1, [700, 300]), Tensor(hash: 2, [300, 513]))
    let whole = matmul(a, b)
    expectIdentical(matmul(a[200..<371], b), whole[200..<371])
  }

  /// A single row is multiplied by several panels at once, full and partial ones.
  @Test(arguments: [1, 10, 15, 16, 17, 63, 64, 65, 84, 120, 129], [1, 7, 256, 400])
  func singleRowsHaveTheBitsOfSeveral(_ n: Int, _ k: Int) {
    let weight = Tensor(hash: 1, [n, k])
    let bias = Tensor(hash: 2, [n])
    // NaN follows the last row, where a read too far would find it.
    let x = Tensor(hash: 3, [3, k])
    let rows = concatenate([x, Tensor(repeating: .nan, shape: [1, k])])[0..<3]
    withoutGradients {
      let whole = linear(x, weight: weight, bias: bias)
      for row in 0..<3 {
        expectIdentical(
          linear(rows[row..<row + 1], weight: weight, bias: bias), whole[row..<row + 1])
      }
      let expected = matmul(x, weight, transposingB: true) + bias
      expectClose(whole, expected, tolerance: 2e-5)
    }
  }
}
