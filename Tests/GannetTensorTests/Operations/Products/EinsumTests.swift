import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct EinsumTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("einsum")
    #expect(fixture.names.count == 24)
    for name in fixture.names {
      let equation = fixture.arguments(name)["equation"] as! String
      fixture.check(name) { inputs in
        switch inputs.count {
        case 1: einsum(equation, inputs[0])
        case 2: einsum(equation, inputs[0], inputs[1])
        default: einsum(equation, inputs[0], inputs[1], inputs[2])
        }
      }
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let (a, b) = (Tensor(hash: 1, [2, 3, 3]), Tensor(hash: 2, [3, 4]))
    expectGradients([a, b]) { einsum("bii,ij->bj", $0[0], $0[1]) }
    expectSecondDerivatives([a, b]) { einsum("bki,ij->bkj", $0[0], $0[1]) }
  }

  @Test func algebra() {
    let (a, b) = (Tensor(hash: 1, [5, 6]), Tensor(hash: 2, [6, 7]))
    expectIdentical(einsum(" ij , jk -> ik ", a, b), matmul(a, b))
    expectClose(einsum("ij->", a), a.sum(), tolerance: 1e-6)
    expectClose(einsum("ij,ij->i", a, a), (a * a).sum(along: 1), tolerance: 1e-6)
    let square = Tensor(hash: 3, [5, 5])
    expectIdentical(einsum("ii->i", square), square.diagonal())
    #expect(
      einsum("ij,jk->ik", Tensor(zeros: [2, 0]), Tensor(zeros: [0, 3])).scalars
        == [0, 0, 0, 0, 0, 0])
  }

  @Test func wrongEquationsStop() async {
    let operands = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = einsum("ij,jk->ik", Tensor(zeros: [2, 3]))
    }
    expectMessage(operands, "einsum: ij,jk->ik and [[2, 3]]: 2 operands are named")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = einsum("ijk->i", Tensor(zeros: [2, 3]))
    }
    expectMessage(rank, "ijk has not the rank of [2, 3]")
    let size = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = einsum("ij,jk", Tensor(zeros: [2, 3]), Tensor(zeros: [4, 5]))
    }
    expectMessage(size, "axes of one letter differ in size")
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = einsum("ij->ik", Tensor(zeros: [2, 3]))
    }
    expectMessage(result, "the result's letters are not those of operands, each once")
    let characters = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = einsum("i1->i", Tensor(zeros: [2, 3]))
    }
    expectMessage(characters, "i1 has other characters")
  }
}
