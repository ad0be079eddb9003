import COpenBLAS
import GannetTensor
import TestSupport
import Testing

@Suite struct BLASTests {
  @Test func vectors() {
    for count in [0, 1, 7, 70_001] {
      let (x, y) = (Tensor(hash: 1, [count]), Tensor(hash: 2, [count]))
      let (a, b) = (x.scalars, y.scalars)
      let product = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let square = a.reduce(0.0) { $0 + Double($1) * Double($1) }
      withExtendedLifetime((x, y)) {
        let size = Float(square.squareRoot())
        #expect(abs(BLAS.dot(x.pointer, y.pointer, count) - Float(product)) <= 1e-5 * (1 + size))
        #expect(abs(BLAS.norm(x.pointer, count) - size) <= 1e-5 * size)
        BLAS.axpy(2.5, x.pointer, y.pointer, count)
      }
      expectClose(y, Tensor(zip(a, b).map { 2.5 * $0 + $1 }), tolerance: 1e-6)
    }
    let large = Tensor([3e30, 4e30])
    #expect(withExtendedLifetime(large) { BLAS.norm(large.pointer, 2) } == 5e30)
  }

  /// A product into a part of a larger matrix, begun from each kind of start, also by packed products
  /// of one band and of several; each element is in one block of the epilogue.
  @Test(arguments: [
    (5, 7, 3), (130, 150, 140), (4, 3, 0), (301, 263, 300), (97, 2_100, 900),
  ])
  func starts(_ m: Int, _ n: Int, _ k: Int) {
    let tolerance = k <= 140 ? 1e-6 : 5e-6
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
      expectIdentical(visits, Tensor(ones: [m, n]))
      expectClose(c.sliced(2..<2 + n, along: 1), expected, tolerance: tolerance)
      expectIdentical(c.sliced(0..<2, along: 1), before.sliced(0..<2, along: 1))
      expectIdentical(c.sliced(2 + n..<5 + n, along: 1), before.sliced(2 + n..<5 + n, along: 1))
    }
    withExtendedLifetime((a, b, bias)) {}
  }

  @Test func theHostsOwnThreadsArePutBack() async {
    await #expect(processExitsWith: .success) {
      openblas_set_num_threads(2)
      let x = Tensor(hash: 1, [200, 200])
      _ = matmul(x, x)
      #expect(openblas_get_num_threads() == 2)
      BLAS.withOneThread {
        #expect(openblas_get_num_threads() == 1)
        _ = matmul(x, x)
        #expect(openblas_get_num_threads() == 1)
      }
      #expect(openblas_get_num_threads() == 2)
    }
  }
}
