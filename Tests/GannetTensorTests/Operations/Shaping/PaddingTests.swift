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

  private static let modes: [String: PaddingMode] = [
    "reflect": .reflect, "replicate": .replicate, "circular": .circular,
  ]

  @Test func modesArePyTorchs() throws {
    let fixture = try Fixture("paddings")
    #expect(fixture.names.count == 10)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      let mode = Self.modes[arguments["mode"] as! String]!
      let pad = arguments["pad"] as! [Int]
      fixture.check(name) {
        pad.count == 2
          ? $0[0].padded(before: [0, 0, pad[0]], after: [0, 0, pad[1]], mode: mode)
          : $0[0].padded(
            by: Padding2D(top: pad[2], bottom: pad[3], left: pad[0], right: pad[1]), mode: mode)
      }
    }
  }

  @Test(arguments: [PaddingMode.zeros, .reflect, .replicate, .circular])
  func modesKeepTheLayoutAndAreLinear(_ mode: PaddingMode) {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let padded = x.channelsLast().padded(by: 2, mode: mode)
    #expect(!padded.isContiguous)
    expectIdentical(padded, x.padded(by: 2, mode: mode))
    expectGradients([Tensor(hash: 1, [1, 1, 3, 4])]) { $0[0].padded(by: 2, mode: mode) }
    expectSecondDerivatives([Tensor(hash: 1, [1, 1, 3, 3])]) {
      pow($0[0].padded(by: 2, mode: mode), 3)
    }
    #expect(Tensor(zeros: [0, 2, 4, 4]).padded(by: 1, mode: mode).shape == [0, 2, 6, 6])
  }

  @Test func tooFewElementsForAModeAreNamed() async {
    let reflect = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [1, 1, 2, 3]).padded(by: 2, mode: .reflect)
    }
    expectMessage(reflect, "axis 2 has elements for 1 by reflect")
    let circular = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [1, 1, 2, 3]).padded(by: 3, mode: .circular)
    }
    expectMessage(circular, "axis 2 has elements for 2 by circular")
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [1, 1, 2, 0]).padded(by: 1, mode: .replicate)
    }
    expectMessage(empty, "axis 3 has elements for 0 by replicate")
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
