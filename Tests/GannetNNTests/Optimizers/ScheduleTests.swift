import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ScheduleTests {
  /// PyTorch's schedulers, by the name of the fixture's case.
  static let schedules: [(name: String, schedule: Schedule)] = [
    ("constant", .constant(0.3)),
    ("step", .step(0.3, every: 7, factor: 0.5)),
    ("multi_step", .multiStep(0.3, at: [15, 24], factor: 0.5)),
    ("exponential", .exponential(0.3, factor: 0.9)),
    ("square_root", .squareRoot(0.3)),
    ("cosine", .cosine(from: 0.3, to: 0.01, over: 29)),
    ("restarts", .cosineRestarts(from: 0.3, to: 0.01, over: 7)),
    ("growing_restarts", .cosineRestarts(from: 0.3, over: 4, growth: 2)),
    ("linear_warm_up", .linear(from: 0.06, to: 0.3, over: 5)),
    ("one_cycle", .oneCycle(peak: 0.3, over: 30)),
    ("one_cycle_linear", .oneCycle(peak: 0.3, over: 30, rise: 0.4, shape: .linear)),
  ]

  @Test(arguments: schedules)
  func ratesArePyTorchs(_ name: String, _ schedule: Schedule) throws {
    let rates = try #require(try Fixture("schedules").tensor("\(name)/learningRates"))
    expectClose(Tensor((0..<30).map { schedule($0) }), rates, tolerance: 1e-6)
  }

  @Test func aWarmUpShiftsTheSchedule() throws {
    let rates = try #require(try Fixture("schedules").tensor("warm_up_cosine/learningRates"))
    let schedule = Schedule.cosine(from: 0.3, over: 20).warmedUp(over: 5, from: 0.06)
    // PyTorch's cosine rises again after its end, at 25.
    expectClose(Tensor((0...25).map { schedule($0) }), rates[0..<26], tolerance: 1e-6)
    #expect(schedule(29) == 0)
  }

  /// PyTorch divides by 0 there.
  @Test func aPhaseWithoutLengthIsItsEnd() {
    for shape in [Schedule.CycleShape.linear, .cosine] {
      let cycle = Schedule.oneCycle(peak: 1, over: 10, rise: 0.1, shape: shape)
      #expect(cycle(0) == 1)
      #expect((0..<12).allSatisfy { cycle($0).isFinite && cycle($0) >= cycle($0 + 1) })
      let rising = Schedule.oneCycle(peak: 1, over: 10, rise: 1, shape: shape)
      #expect(rising(9) == 1 && rising(0) == 1 / 25)
      #expect(Schedule.oneCycle(peak: 1, over: 1, rise: 1, shape: shape)(0) == 1)
      #expect(Schedule.oneCycle(peak: 1, over: 1, rise: 0, shape: shape)(0) == 1 / 25 * 1e-4)
    }
  }

  /// Over one step, with a warm-up of one, before the start and far beyond the end.
  @Test func theShortestSchedulesAreFinite() {
    let schedules: [(schedule: Schedule, first: Float, last: Float)] = [
      (.constant(0.5), 0.5, 0.5),
      (.step(0.5, every: 1, factor: 0.5), 0.5, 0),
      (.multiStep(0.5, at: [], factor: 0.1), 0.5, 0.5),
      (.multiStep(0.5, at: [0], factor: 0.5), 0.25, 0.25),
      (.exponential(0.5, factor: 0.5, floor: 0.125), 0.5, 0.125),
      (.squareRoot(0.5), 0.5, Float(0.5 / 1e9.squareRoot())),
      (.linear(from: 0.5, to: 0.25, over: 1), 0.5, 0.25),
      (.cosine(from: 0.5, to: 0.25, over: 1), 0.5, 0.25),
      (.cosineRestarts(from: 0.5, to: 0.25, over: 1), 0.5, 0.5),
      (.oneCycle(peak: 0.5, over: 1), 0.5 / 25 * 1e-4, 0.5 / 25 * 1e-4),
      (.oneCycle(peak: 0.5, over: 1, rise: 1, shape: .linear), 0.5, 0.5),
      (.oneCycleMomentum(over: 1), 0.95, 0.95),
      (.oneCycleMomentum(over: 1, rise: 1, shape: .linear), 0.85, 0.85),
    ]
    for (number, (schedule, first, last)) in schedules.enumerated() {
      let end = 1_000_000_000
      let rates = [Int.min, -1, 0, 1, 2, 3, end, Int.max - 1].map { schedule($0) }
      #expect(rates.allSatisfy { $0.isFinite && $0 >= 0 }, "\(number): \(rates)")
      #expect(schedule(0) == first && schedule(Int.min) == first, "\(number)")
      #expect(abs(schedule(end) - last) <= 1e-6 * last, "\(number)")
      let warm = schedule.warmedUp(over: 1, from: 0.125)
      #expect(warm(0) == 0.125 && warm(1) == first && warm(2) == schedule(1), "\(number)")
      #expect(warm(Int.max).isFinite && warm(Int.min) == 0.125, "\(number)")
    }
    #expect(Schedule.squareRoot(0.5)(.max).isFinite)
  }

  @Test func theMomentumOfACycle() throws {
    let fixture = try Fixture("schedules")
    for (name, schedule) in [
      ("one_cycle", Schedule.oneCycleMomentum(over: 30)),
      ("one_cycle_linear", .oneCycleMomentum(over: 30, rise: 0.4, shape: .linear)),
    ] {
      let momenta = try #require(fixture.tensor("\(name)/momenta"))
      expectClose(Tensor((0..<30).map { schedule($0) }), momenta, tolerance: 1e-6)
    }
  }

  /// The figures of the book's plots (section 12.11).
  @Test func theBooksFigures() {
    func expect(_ schedule: Schedule, _ figures: [(Int, Double)], digits: Double = 1e-5) {
      for (index, rate) in figures {
        #expect(abs(Double(schedule(index)) - rate) < digits / 2 + 1e-7, "at \(index)")
      }
    }
    expect(.squareRoot(0.1), [(0, 0.1), (29, 0.01826)])
    // The book's factor schedule multiplies before it answers.
    let factor = Schedule.exponential(2, factor: 0.9, floor: 0.01)
    expect(factor, [(1, 1.8), (50, 0.01031), (51, 0.01), (500, 0.01)])
    expect(
      .multiStep(0.5, at: [15, 30], factor: 0.5),
      [(0, 0.5), (14, 0.5), (15, 0.25), (29, 0.25), (30, 0.125)])
    expect(
      .cosine(from: 0.3, to: 0.01, over: 20),
      [(0, 0.3), (10, 0.155), (20, 0.01), (29, 0.01)])
    expect(
      .cosine(from: 0.3, to: 0.01, over: 15).warmedUp(over: 5),
      [(0, 0), (2, 0.12), (4, 0.24), (5, 0.3), (20, 0.01), (29, 0.01)])
  }

  @Test func oneCycleEndsAtItsLowestRate() {
    let schedule = Schedule.oneCycle(peak: 1, over: 11, rise: 0.5, start: 0.1, end: 0.01)
    #expect(abs(schedule(0) - 0.1) < 1e-7 && abs(schedule(10) - 0.001) < 1e-7)
    #expect(schedule(10) == schedule(40) && schedule(0) == schedule(-3))
  }

  @Test func aScheduleOfOnesOwnDrivesAnOptimizer() {
    let schedule = Schedule { 1 / Double($0 + 1) }
    let optimizer = SGD(Problem.quadratic.parameters, learningRate: schedule(0))
    optimizer.learningRate = schedule(3)
    #expect(optimizer.groups[0].learningRate == 0.25)
  }
}
