import Foundation
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct PositionTests {
  @Test func sinusoidsAreThoseOfTheFormula() {
    // An odd size ends with a sine.
    for size in [32, 7] {
      let table = PositionalEncoding(size, maximumLength: 60).table
      #expect(table.shape == [60, size])
      for (position, column) in [(0, 0), (0, 1), (4, 6), (17, 3), (59, size - 1)] {
        let angle =
          Double(position) / pow(10_000, Double(column - column % 2) / Double(size))
        let expected = column % 2 == 0 ? sin(angle) : cos(angle)
        #expect(abs(Double(table[position, column]) - expected) < 1e-6)
      }
    }
  }

  @Test func aStepBeginsAnywhere() {
    let x = Tensor(hash: 1, [2, 5, 6])
    let layers: [(whole: Tensor, part: Tensor)] = withRandomSeed(1) {
      let (sines, learned) = (PositionalEncoding(6), LearnedPositions(6, maximumLength: 5))
      let end = x.sliced(3..<5, along: 1)
      return [(sines(x), sines(end, from: 3)), (learned(x), learned(end, from: 3))]
    }
    for (whole, part) in layers {
      #expect(whole.shape == x.shape)
      expectIdentical(part, whole.sliced(3..<5, along: 1))
      #expect(abs(whole - x).max().scalar > 0.1)
    }
  }

  @Test func onlyLearnedPositionsHaveParameters() {
    #expect(PositionalEncoding(8).parameters.isEmpty)
    #expect(PositionalEncoding(8).stateDictionary.isEmpty)
    let learned = LearnedPositions(8, maximumLength: 3)
    #expect(learned.parameters.map(\.name) == ["weight"])
    learned(Tensor(ones: [4, 2, 8])).sum().backward()
    #expect(learned.weight.gradient![0].scalars == [Float](repeating: 4, count: 8))
    #expect(learned.weight.gradient![2].scalars == [Float](repeating: 0, count: 8))
  }

  @Test func dropoutIsThatOfTraining() {
    let x = Tensor(ones: [4, 50, 8])
    for layer: any Layer in [
      PositionalEncoding(8, dropout: 0.5), LearnedPositions(8, maximumLength: 50, dropout: 0.5),
    ] {
      let zeros = layer(x).scalars.count { $0 == 0 }
      #expect((600..<1_000).contains(zeros))
      #expect(layer.evaluating { layer(x).scalars.count { $0 == 0 } } < 100)
    }
  }

  @Test func aSequenceLongerThanTheTableIsRefused() async {
    let sines = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PositionalEncoding(8, maximumLength: 10)(Tensor(ones: [1, 4, 8]), from: 7)
    }
    expectMessage(
      sines, "PositionalEncoding: 4 steps from position 7, there are 10 positions")
    let learned = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LearnedPositions(8, maximumLength: 10)(Tensor(ones: [1, 4, 6]))
    }
    expectMessage(learned, "LearnedPositions: ")
  }
}
