import CGannetKernels
import GannetTensor
import TestSupport
import Testing

/// The kernel for products with a packed matrix.
@Suite struct PackedMatrixTests {
  /// Sizes rows, k, n: blocks of rows of all heights, partial panels, and several blocks of k.
  private static let sizes = [
    (1, 1, 1), (2, 5, 16), (3, 7, 15), (4, 32, 128), (5, 33, 17), (6, 256, 48), (7, 257, 31),
    (13, 300, 144), (32, 600, 20), (37, 19, 57),
  ]

  @Test(arguments: sizes) func addsTheProduct(_ rows: Int, _ k: Int, _ n: Int) {
    let (a, c) = (Tensor(hash: 1, [rows, k]), Tensor(hash: 2, [rows, n]))
    for transposed in [false, true] {
      let b = Tensor(hash: 3, transposed ? [n, k] : [k, n])
      let packed = packed(b, k, n, transposed)
      let result = Tensor(c.scalars, shape: c.shape)
      packed.multiply(a.rows, addingTo: result.rows, count: rows)
      expectClose(result, c + matmul(a, b, transposingB: transposed), tolerance: 5e-6)
      // Row by row, the bits are the same.
      let single = Tensor(c.scalars, shape: c.shape)
      for row in 0..<rows {
        packed.multiply(a[row..<row + 1].rows, addingTo: single[row..<row + 1].rows, count: 1)
      }
      expectIdentical(single, result)
    }
  }

  /// Rows with gaps, in a wider matrix whose other elements are not changed.
  @Test func rowsMayStandApart() {
    let (a, b) = (Tensor(hash: 1, [9, 50]), Tensor(hash: 3, [20, 30]))
    let wide = Tensor(hash: 2, [9, 80])
    let result = Tensor(wide.scalars, shape: wide.shape)
    packed(b, 20, 30, false).multiply(
      a.sliced(10..<30, along: 1).rows, addingTo: result.sliced(40..<70, along: 1).rows, count: 9)
    let product = matmul(a.sliced(10..<30, along: 1), b)
    let expected = wide.sliced(40..<70, along: 1) + product
    expectClose(result.sliced(40..<70, along: 1), expected, tolerance: 5e-6)
    for kept in [0..<40, 70..<80] {
      expectIdentical(result.sliced(kept, along: 1), wide.sliced(kept, along: 1))
    }
  }

  /// Sums over rows of products of two rows: none, some, and several blocks of them.
  @Test(arguments: [(0, 3, 5), (1, 1, 1), (40, 13, 17), (257, 128, 32), (600, 30, 28)])
  func productsAddUp(_ count: Int, _ m: Int, _ n: Int) {
    let (a, b, c) = (
      Tensor(hash: 1, [count, m]), Tensor(hash: 2, [count, n]), Tensor(hash: 3, [m, n])
    )
    let result = Tensor(c.scalars, shape: c.shape)
    gannet_add_products(a.rows, b.rows, result.rows, count, m, n)
    expectClose(result, c + matmul(a, b, transposingA: true), tolerance: 5e-6)
  }

  /// A product with a small matrix is split over its rows, with each kind of start.
  @Test func manyRowsMeetASmallMatrix() {
    let (x, weight, bias) = (
      Tensor(hash: 1, [1_000, 32]), Tensor(hash: 2, [28, 32]), Tensor(hash: 3, [28])
    )
    let product = matmul(x, weight, transposingB: true)
    expectClose(linear(x, weight: weight), product, tolerance: 5e-6)
    expectClose(linear(x, weight: weight, bias: bias), product + bias, tolerance: 5e-6)
    expectClose(
      linear(x, weight: weight, bias: bias, activation: .relu), relu(product + bias),
      tolerance: 5e-6)
  }

  private func packed(_ b: Tensor, _ k: Int, _ n: Int, _ transposed: Bool) -> PackedMatrix {
    withExtendedLifetime(b.storage) {
      PackedMatrix(b.pointer, stride: b.shape[1], transposed: transposed, k: k, n: n)
    }
  }
}

extension Tensor {
  fileprivate var rows: gannet_matrix { gannet_matrix(start: pointer, ld: strides[0]) }
}
