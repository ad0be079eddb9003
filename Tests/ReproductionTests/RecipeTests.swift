import Foundation
import Gannet
import Reproduction
import Testing

@Suite("Trainings that PyTorch's scripts repeat")
struct RecipeTests {
  // The values of `initialize` in scripts/references/training.py.
  @Test("Initial weights are those of the script")
  func weights() throws {
    let model = Sequential([Linear(3, 2), LayerNorm(2), Linear(2, 2, hasBias: false)])
    try model.setSharedWeights(seed: 4) { _, shape in 0.5 * Double(shape.rank * shape[1]) }
    let state = model.stateDictionary
    #expect(
      state["0.weight"]?.scalars == [
        -2.21840501, 2.51689625, -1.54939413, 2.67438412, -2.44195175, 0.0379736423,
      ])
    #expect(
      state["2.weight"]?.scalars == [1.80402255, 1.12094259, 1.93058062, -0.810585737])
    #expect(state["1.weight"]?.scalars == [1, 1])
    #expect(state["0.bias"]?.scalars == [0, 0] && state["1.bias"]?.scalars == [0, 0])
    #expect(state.count == 5)
  }

  // The values of `rate` there.
  @Test("Rates are those of the script")
  func rates() {
    func rates(_ steps: Int, last: Double, warmUp: Int, at places: [Int]) -> [Float] {
      let recipe = Recipe<Linear, Tensor>(
        loss: Objective { model, batch in model(batch).sum() }, peak: 1e-3, last: last,
        warmUp: warmUp
      ) { SGD($0, learningRate: 1) }
      return places.map { recipe.schedule(over: steps)($0) }
    }
    func expect(_ ours: [Float], _ expected: [Float]) {
      #expect(zip(ours, expected).allSatisfy { abs($0 / $1 - 1) < 1e-6 }, "\(ours)")
    }
    expect(
      rates(500, last: 1e-4, warmUp: 100, at: [0, 1, 50, 99, 100, 300, 499]),
      [1e-5, 1.99e-5, 0.000505, 0.0009901, 0.001, 0.00055, 0.000100013879])
    // A fifth of 20 steps is less than 400.
    expect(
      rates(20, last: 1e-5, warmUp: 400, at: [0, 3, 4, 12, 19]),
      [1e-5, 0.0007525, 0.001, 0.000505, 1.95112862e-05])
    expect(rates(3, last: 1e-5, warmUp: 400, at: [0, 1]), [1e-5, 0.001])
  }

  @Test("First losses are compared one by one")
  func firstLosses() throws {
    let expected = FirstLosses(2, 4)
    let name = try #require(expected.figures.first?.name)
    func difference(_ losses: Double...) throws -> Double {
      try #require(expected.result(of: losses)[name])
    }
    #expect(try difference(2, 4) == 0)
    #expect(try abs(difference(2.5, 3.9) - 0.25) < 1e-12)
    #expect(try difference(2, .nan).isNaN)
    #expect(try difference(2) == .infinity && difference(2, 4, 4) == .infinity)
  }
}
