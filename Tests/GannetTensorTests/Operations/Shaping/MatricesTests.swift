import GannetTensor
import TestSupport
import Testing

@Suite struct MatricesTests {
  @Test func diagonalsComeBack() {
    let values = Tensor(hash: 1, [4], low: 0.5)
    expectIdentical(Tensor(diagonal: values).diagonal(), values)
    expectIdentical(Tensor(identity: 4) * values, Tensor(diagonal: values))
    let x = Tensor(hash: 2, [3, 5])
    #expect(x.diagonal().scalars == [x[0, 0], x[1, 1], x[2, 2]])
    expectIdentical(x.transposed().diagonal(), x.diagonal())
    for form in MemoryForm.allCases { expectIdentical(form(x).diagonal(), x.diagonal()) }
    expectSecondDerivatives([x]) { pow($0[0].diagonal(), 3) }
    expectSecondDerivatives([x.transposed()]) { pow($0[0].diagonal(), 3) }
    expectSecondDerivatives([values]) { pow(Tensor(diagonal: $0[0]), 3) }
  }

  @Test func trianglesMakeTheWhole() {
    let x = Tensor(hash: 1, [2, 3, 5])
    for offset in -4...6 {
      expectIdentical(x.lowerTriangle(offset: offset) + x.upperTriangle(offset: offset + 1), x)
      for form in MemoryForm.allCases {
        expectIdentical(form(x).lowerTriangle(offset: offset), x.lowerTriangle(offset: offset))
      }
    }
    #expect(Tensor(ones: [3, 3]).lowerTriangle().scalars == [1, 0, 0, 1, 1, 0, 1, 1, 1])
    #expect(Tensor(ones: [2, 3]).upperTriangle(offset: 1).scalars == [0, 1, 1, 0, 0, 1])
    expectSecondDerivatives([x]) { pow($0[0].lowerTriangle(), 3) }
    expectSecondDerivatives([x]) { pow($0[0].upperTriangle(offset: -1), 3) }
  }

  @Test func oneOfEachRowIsHot() {
    let x = Tensor(oneHot: IntTensor([2, 0, 1, 2], shape: [2, 2]), classCount: 3)
    #expect(x.shape == [2, 2, 3])
    #expect(x.scalars == [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(x.argmax(along: -1).scalars == [2, 0, 1, 2])
  }

  @Test func pairsEqualTheirDefinitions() {
    let (a, b) = (Tensor(hash: 1, [3, 4]), Tensor(hash: 2, [5, 4]))
    let (products, differences) = (pairwiseProducts(a, b), pairwiseDifferences(a, b))
    #expect(products.shape == [3, 5, 4])
    expectIdentical(products[2][3], a[2] * b[3])
    expectIdentical(differences[2][3], a[2] - b[3])
    expectClose(products.sum(along: 2), matmul(a, b, transposingB: true))
    expectClose(pairwiseSquaredDistances(a, b), square(differences).sum(along: 2))
    #expect(pairwiseSquaredDistances(a, a).min().scalar >= 0)
    expectIdentical(
      outerProduct(a[0], b[0]), matmul(a[0].unsqueezed(at: 1), b[0].unsqueezed(at: 0)))
    expectSecondDerivatives([a, b]) { pow(pairwiseDifferences($0[0], $0[1]), 3) }
    expectSecondDerivatives([a, b], tolerance: 5e-3) {
      square(pairwiseSquaredDistances($0[0], $0[1]))
    }
  }

  @Test func theOuterProductIsPyTorchs() throws {
    try Fixture("products").check("outer") { outerProduct($0[0], $0[1]) }
  }

  @Test func wrongShapesAreNamed() async {
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = pairwiseProducts(Tensor(zeros: [2, 3]), Tensor(zeros: [2, 4]))
    }
    expectMessage(rows, "pairwiseProducts: shapes [2, 3] and [2, 4] don't fit")
    let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2]).lowerTriangle()
    }
    expectMessage(vector, "lowerTriangle: shape [2], expected [..., M, N]")
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(oneHot: IntTensor([3]), classCount: 3)
    }
    expectMessage(label, "oneHot: index 3 is not in 0..<3")
  }
}
