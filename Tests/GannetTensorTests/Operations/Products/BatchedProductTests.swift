import GannetTensor
import TestSupport
import Testing

@Suite struct BatchedProductTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("products")
    for name in [
      "matrix_vector", "vector_matrix", "dot", "batched", "batched_shared_right",
      "batched_shared_left", "batched_broadcast", "batched_vector",
    ] {
      fixture.check(name) { matmul($0[0], $0[1]) }
    }
    fixture.check("batched_tn") { matmul($0[0], $0[1], transposingA: true) }
    fixture.check("batched_nt") { matmul($0[0], $0[1], transposingB: true) }
    fixture.check("batched_tt") { matmul($0[0], $0[1], transposingA: true, transposingB: true) }
  }

  /// Sizes on both sides of the limits of grouping and splitting.
  @Test(arguments: [(40, 5, 7, 6), (9, 70, 65, 80), (2, 300, 310, 290)])
  func everyMatrixIsItsOwnProduct(batch: Int, m: Int, k: Int, n: Int) {
    let (a, b) = (Tensor(hash: 1, [batch, m, k]), Tensor(hash: 2, [batch, k, n]))
    let product = matmul(a, b)
    for index in [0, batch / 2, batch - 1] {
      expectClose(product[index], matmul(a[index], b[index]))
    }
    for count in 1...3 { expectIdentical(onThreads(count) { matmul(a, b) }, product) }
  }

  /// Heads of attention lie between the steps: [N, T, H, D] seen as [N, H, T, D].
  @Test func permutedAxesEnterAsTheyLie() {
    let (q, k) = (Tensor(hash: 1, [2, 5, 3, 4]), Tensor(hash: 2, [2, 6, 3, 4]))
    let scores = matmul(
      q.permuted([0, 2, 1, 3]), k.permuted([0, 2, 1, 3]), transposingB: true)
    #expect(scores.shape == [2, 3, 5, 6])
    let wanted = (q.unsqueezed(at: 2) * k.unsqueezed(at: 1)).sum(along: 4).permuted([0, 3, 1, 2])
    expectClose(scores, wanted)
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let (a, b) = (Tensor(hash: 1, [2, 2, 3]), Tensor(hash: 2, [2, 3, 2]))
    expectSecondDerivatives([a, b]) { square(matmul($0[0], $0[1])) }
    expectSecondDerivatives([a, b[0]]) { square(matmul($0[0], $0[1])) }
    expectSecondDerivatives([a[0], b]) { square(matmul($0[0], $0[1])) }
    expectSecondDerivatives([a, Tensor(hash: 3, [3])]) { square(matmul($0[0], $0[1])) }
  }

  @Test func emptyBatchesAndInnerAxesAreNoTrouble() {
    #expect(matmul(Tensor(zeros: [0, 2, 3]), Tensor(zeros: [0, 3, 4])).shape == [0, 2, 4])
    #expect(matmul(Tensor(zeros: [0, 2, 3]), Tensor(zeros: [3, 4])).shape == [0, 2, 4])
    expectIdentical(
      matmul(Tensor(zeros: [5, 2, 0]), Tensor(zeros: [5, 0, 4])), Tensor(zeros: [5, 2, 4]))
    expectIdentical(matmul(Tensor(zeros: [2, 0]), Tensor(zeros: [0])), Tensor(zeros: [2]))
  }

  /// Empty sums are 0, and empty operands get gradients of their shapes.
  @Test(
    arguments: [
      ([1, 1, 0], [0, 1]), ([2, 3, 0], [0, 4]), ([3, 0], [0, 4]), ([2, 3, 0], [2, 0, 4]),
      ([3, 0], [2, 0, 4]), ([2, 3, 0], [0]), ([0], [2, 0, 4]), ([0], [0]), ([2, 0, 3], [3, 4]),
      ([2, 2, 3], [3, 0]), ([0, 2, 0], [0, 4]), ([5, 1, 2, 0], [3, 0, 2]), ([0, 3], [3]),
      ([2, 0, 3], [2, 3, 0]), ([70, 80, 0], [0, 90]),
    ] as [(Shape, Shape)])
  func sumsOfNothingAreZeros(_ left: Shape, _ right: Shape) {
    for form in MemoryForm.allCases {
      let a = form(Tensor(hash: 1, left)).requiringGradient()
      let b = form(Tensor(hash: 2, right)).requiringGradient()
      let y = matmul(a, b)
      expectIdentical(y, Tensor(zeros: y.shape))
      y.sum().backward()
      expectIdentical(a.gradient!, Tensor(zeros: left))
      expectIdentical(b.gradient!, Tensor(zeros: right))
      for (x, transposed) in [(left, true), (right, false)] where x.rank > 1 {
        // Products of the same sizes, with factors that are marked as transposed.
        let product =
          transposed
          ? matmul(a.transposed(), b, transposingA: true)
          : matmul(a, b.transposed(), transposingB: true)
        expectIdentical(product, y)
      }
    }
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = matmul(Tensor(zeros: [2, 3, 4]), Tensor(zeros: [3, 4, 5]))
    }
    expectMessage(batch, "matmul: shapes [2, 3, 4] and [3, 4, 5] don't fit")
    let inner = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = matmul(Tensor(zeros: [2, 3, 4]), Tensor(zeros: [3]))
    }
    expectMessage(inner, "matmul: shapes [2, 3, 4] and [3] don't fit")
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = matmul(Tensor(1), Tensor(zeros: [3]))
    }
    expectMessage(scalar, "matmul: shapes [] and [3] don't fit")
  }
}
