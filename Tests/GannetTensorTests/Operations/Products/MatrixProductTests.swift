import GannetTensor
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  /// Sizes M, K, N: none, one, odd, several chunks, and matrix times vector on both sides.
  private static let sizes = [
    (3, 4, 5), (1, 1, 1), (1, 7, 1), (7, 1, 5), (1, 5, 6), (5, 6, 1), (67, 129, 35),
    (200, 150, 170), (3_000, 41, 1), (1, 41, 3_000), (0, 3, 2), (2, 0, 3), (2, 3, 0), (4, 0, 1),
    (0, 0, 0),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("products")
    for name in ["nn", "one", "inner_one", "large_nn"] {
      fixture.check("matmul_\(name)") { matmul($0[0], $0[1]) }
    }
    for size in ["", "large_"] {
      fixture.check("matmul_\(size)tn") { matmul($0[0], $0[1], transposingA: true) }
      fixture.check("matmul_\(size)nt") { matmul($0[0], $0[1], transposingB: true) }
      fixture.check("matmul_\(size)tt") {
        matmul($0[0], $0[1], transposingA: true, transposingB: true)
      }
      fixture.check("matmul_\(size)tn") { matmul($0[0].transposed(), $0[1]) }
      fixture.check("matmul_\(size)nt") { matmul($0[0], $0[1].transposed()) }
      fixture.check("matmul_\(size)tt") { matmul($0[0].transposed(), $0[1].transposed()) }
    }
  }

  @Test(arguments: sizes) func valuesAreThoseOfTheDefinition(_ m: Int, _ k: Int, _ n: Int) {
    let (a, b) = (Tensor(hash: 1, [m, k]), Tensor(hash: 2, [k, n]))
    let (x, y) = (a.scalars, b.scalars)
    let expected = Tensor(
      (0..<m * n).map { element in
        let (row, column) = (element / n, element % n)
        return Float(
          (0..<k).reduce(0) { $0 + Double(x[row * k + $1]) * Double(y[$1 * n + column]) })
      }, shape: [m, n])
    let forms: [MemoryForm] = [.contiguous, .transposed, .slicedFirst, .slicedLast, .spaced]
    for formA in forms {
      for formB in forms {
        let comment = "\(m) \(k) \(n) \(formA) \(formB)"
        expectClose(matmul(formA(a), formB(b)), expected, comment)
        expectClose(
          matmul(formA(a.transposed()), formB(b), transposingA: true), expected, comment)
        expectClose(
          matmul(formA(a), formB(b.transposed()), transposingB: true), expected, comment)
        expectClose(
          matmul(
            formA(a.transposed()), formB(b.transposed()), transposingA: true, transposingB: true),
          expected, comment)
      }
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    for (m, k, n) in Self.sizes where m * k * n < 100 {
      for transposingA in [false, true] {
        for transposingB in [false, true] {
          let a = Tensor(hash: 1, transposingA ? [k, m] : [m, k])
          let b = Tensor(hash: 2, transposingB ? [n, k] : [k, n])
          expectGradients([a, b]) {
            matmul($0[0], $0[1], transposingA: transposingA, transposingB: transposingB)
          }
        }
      }
    }
    expectGradients([Tensor(hash: 1, [4, 4])]) { matmul($0[0], $0[0]) }
    expectGradients([Tensor(hash: 1, [4, 4])]) { matmul($0[0], $0[0].transposed()) }
  }

  @Test func algebraHoldsExactly() {
    let a = Tensor(hash: 1, [65, 33])
    let identity = Tensor(shape: [33, 33]) { buffer in
      for index in buffer.indices { buffer[index] = index % 34 == 0 ? 1 : 0 }
    }
    expectIdentical(matmul(a, identity), a)
    // Integers are exact, whatever the order of the sum.
    let x = Tensor((0..<120).map { Float($0 % 7) }, shape: [10, 12])
    let y = Tensor((0..<84).map { Float($0 % 5) }, shape: [12, 7])
    let z = Tensor((0..<42).map { Float($0 % 3) }, shape: [7, 6])
    expectIdentical(matmul(matmul(x, y), z), matmul(x, matmul(y, z)))
    expectIdentical(matmul(x, y).transposed(), matmul(y.transposed(), x.transposed()))
  }

  @Test func onlyNeededOperandsGetGradients() {
    let a = Tensor(hash: 1, [3, 4]).requiringGradient()
    let b = Tensor(hash: 2, [4, 5])
    matmul(a, b).sum().backward()
    expectClose(a.gradient!, Tensor(repeating: 1, shape: [3, 1]) * b.sum(along: 1))
    let c = b.requiringGradient()
    matmul(a.detached(), c).sum().backward()
    expectClose(c.gradient!, a.detached().sum(along: 0).reshaped(to: [4, 1]) + Tensor(zeros: [5]))
  }
}
