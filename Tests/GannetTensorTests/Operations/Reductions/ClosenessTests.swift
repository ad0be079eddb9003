import GannetTensor
import Testing

@Suite struct ClosenessTests {
  @Test func tolerancesAreAddedUp() {
    #expect(allClose([1, 100], [1.000005, 100.0005]))
    #expect(!allClose([1], [1.0001]))
    #expect(allClose([1], [1.0001], relativeTolerance: 1e-3))
    #expect(!allClose([0], [1e-7]))
    #expect(allClose([0], [1e-7], absoluteTolerance: 1e-6))
  }

  @Test func specialValuesAreCloseToThemselvesAlone() {
    #expect(!allClose(Tensor([.nan]), Tensor([.nan])))
    #expect(allClose(Tensor([.infinity]), Tensor([.infinity])))
    #expect(!allClose(Tensor([.infinity]), Tensor([-.infinity])))
    #expect(!allClose([1], Tensor([.infinity])))
    #expect(!allClose(Tensor([.infinity]), [1]))
  }

  @Test func shapesCount() {
    #expect(!allClose([1], [[1]]))
    #expect(allClose([[1, 2], [3, 4]], Tensor([1, 3, 2, 4], shape: [2, 2]).transposed()))
  }
}
