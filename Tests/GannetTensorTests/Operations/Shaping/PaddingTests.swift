import GannetTensor
import TestSupport
import Testing

@Suite struct PaddingTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("joins")
    fixture.check("pad") { $0[0].padded(before: [0, 1], after: [0, 2]) }
    fixture.check("pad_images") {
      $0[0].padded(before: [0, 0, 1, 2], after: [0, 0, 0, 1], with: 0.5)
    }
  }

  @Test func channelsLastStaysSo() {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let padded = x.channelsLast().padded(before: [0, 1, 1, 1], after: [1, 0, 1, 1])
    #expect(!padded.isContiguous)
    expectIdentical(padded, x.padded(before: [0, 1, 1, 1], after: [1, 0, 1, 1]))
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    expectSecondDerivatives([Tensor(hash: 1, [2, 3])]) {
      pow($0[0].padded(before: [1, 0], after: [0, 2], with: 0.5), 3)
    }
  }

  @Test func negativeAmountsAndWrongRanksAreNamed() async {
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).padded(before: [0, -1], after: [0, 0])
    }
    expectMessage(negative, "padded: [0, -1] before and [0, 0] after shape [2, 3]")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).padded(before: [0], after: [0])
    }
    expectMessage(rank, "padded: [0] before and [0] after shape [2, 3]")
  }
}
