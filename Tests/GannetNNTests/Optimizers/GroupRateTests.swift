import GannetNN
import GannetTensor
import TestSupport
import Testing

/// The rates of several groups, set together.
@Suite struct GroupRateTests {
  private static func optimizer(_ rates: [Float]) -> SGD {
    SGD(groups: rates.map { ParameterGroup(Parameters([Parameter(Tensor(1))]), learningRate: $0) })
  }

  @Test func aRateOf0StaysBesideOthers() {
    let optimizer = Self.optimizer([0, 0.5, 0.25])
    #expect(optimizer.learningRate == 0.5)
    optimizer.learningRate = 1
    #expect(optimizer.groups.map(\.learningRate) == [0, 1, 0.5])
    optimizer.learningRate = 0
    #expect(optimizer.groups.map(\.learningRate) == [0, 0, 0])
    optimizer.learningRate = 2
    #expect(optimizer.groups.map(\.learningRate) == [0, 2, 1])
    optimizer.learningRate *= 0.5
    #expect(optimizer.groups.map(\.learningRate) == [0, 1, 0.5])
    let zeros = Self.optimizer([0, 0])
    zeros.learningRate = 0.5
    #expect(zeros.groups.map(\.learningRate) == [0.5, 0.5])
  }

  @Test func changesByHandHold() {
    let optimizer = Self.optimizer([0.5, 0.25])
    optimizer.learningRate = 0.25
    optimizer.groups[1].learningRate = 0.5
    optimizer.learningRate = 1
    #expect(optimizer.groups.map(\.learningRate) == [1, 2])
    optimizer.groups[0].learningRate = 0
    optimizer.learningRate = 1
    #expect(optimizer.groups.map(\.learningRate) == [0, 1])
    #expect(optimizer.learningRate == 1)
  }

  @Test func proportionsAreThoseOfALoadedState() throws {
    let saved = Self.optimizer([0.5, 1])
    let optimizer = Self.optimizer([0.5, 0.25])
    try optimizer.load(saved.stateDictionary)
    optimizer.learningRate = 0.25
    #expect(optimizer.groups.map(\.learningRate) == [0.25, 0.5])

    // A rise from 0 is interrupted at 0.
    saved.learningRate = 0
    let resumed = Self.optimizer([0.5, 0.25])
    try resumed.load(saved.stateDictionary)
    #expect(resumed.groups.map(\.learningRate) == [0, 0])
    resumed.learningRate = 0.25
    #expect(resumed.groups.map(\.learningRate) == [0.25, 0.5])
  }

  @Test func ratesInAStateThatAreTooLargeAreRefused() {
    let optimizer = Self.optimizer([0.5])
    var state = optimizer.stateDictionary
    state.numbers["groups.0.learning_rate"] = 1e300
    let error = #expect(throws: StateError.self) { try optimizer.load(state) }
    #expect(error?.impossible == ["groups.0.learning_rate (1e+300)"])
    #expect(optimizer.learningRate == 0.5)
  }

  @Test func ratesThatAreNoNumbersAreRefusedWheneverTheyAreSet() async {
    let group = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      GroupRateTests.optimizer([0.5]).groups[0].learningRate = -1
    }
    expectMessage(group, "Optimizer: learningRate -1.0, expected 0 or more")
    let all = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      GroupRateTests.optimizer([0, 0.5]).learningRate = Schedule { _ in .nan }(3)
    }
    expectMessage(all, "Optimizer: learningRate nan, expected 0 or more")
    let decay = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      GroupRateTests.optimizer([0.5]).groups[0].weightDecay = .infinity
    }
    expectMessage(decay, "Optimizer: weightDecay inf, expected 0 or more")
    let amount = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Linear(2, 2).parameters.decay(by: .nan)
    }
    expectMessage(amount, "decay: amount nan, expected 0 or more")
  }
}
