import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Budgets")
struct BudgetTests {
  @Test("a budget of steps ends the training between two steps, and a larger one resumes it")
  func steps() throws {
    let (whole, part) = (TrainerTests.network(), TrainerTests.network())
    let expected = try TrainerTests.trainer(whole).fit(TrainerTests.task(), epochs: 3)
    let budget = Budget(steps: 8)
    let first = TrainerTests.trainer(part, callbacks: [budget])
    let loader = TrainerTests.task()
    #expect(try first.fit(loader, epochs: 3).epochs.count == 1)
    #expect(first.stepCount == 8 && first.isInEpoch && budget.isSpent)
    // It is spent, also in another run.
    try first.fit(loader, epochs: 3)
    #expect(first.stepCount == 8)
    let other = TrainerTests.network()
    let second = TrainerTests.trainer(other, callbacks: [Budget(steps: 100)])
    try second.resume(first.checkpoint())
    let history = try second.fit(TrainerTests.task(), epochs: 3)
    #expect(history.epochs.map(\.trainingLoss) == expected.epochs.map(\.trainingLoss))
    for (a, b) in zip(other.parameters, whole.parameters) {
      #expect(a.value.scalars == b.value.scalars)
    }
  }

  @Test("a budget of time is counted anew in each fit; no step begins after it")
  func time() throws {
    var now = Duration.seconds(100)
    let budget = Budget(steps: nil, duration: .seconds(4.5)) { now }
    let trainer = TrainerTests.trainer(
      TrainerTests.network(), callbacks: [Hooks(onStep: { _ in now += .seconds(1) }), budget])
    let loader = TrainerTests.task()
    try trainer.fit(loader, epochs: 10)
    #expect(trainer.stepCount == 5 && budget.isSpent)
    now += .seconds(50)
    try trainer.fit(loader, epochs: 10)
    #expect(trainer.stepCount == 10)
  }

  @Test("a budget that suffices changes nothing, one of no step takes none")
  func edges() throws {
    let large = Budget(steps: 19, duration: .seconds(1_000))
    let trainer = TrainerTests.trainer(TrainerTests.network(), callbacks: [large])
    #expect(try trainer.fit(TrainerTests.task(), epochs: 3).epochs.count == 3)
    #expect(!large.isSpent)
    for none in [Budget(steps: 0), Budget(duration: .zero)] {
      let trainer = TrainerTests.trainer(TrainerTests.network(), callbacks: [none])
      #expect(try trainer.fit(TrainerTests.task(), epochs: 3).epochs.isEmpty)
      #expect(trainer.stepCount == 0)
    }
  }

  @Test("a negative budget stops")
  func negative() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Budget(steps: -1)
    }
    expectMessage(result, "Budget: -1 steps")
  }
}
