import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct OptimizerStateTests {
  /// The elementwise optimizers.
  static let elementwise: [Kind] = [
    Kind { SGD($0, learningRate: 0.1) },
    Kind { SGD($0, learningRate: 0.1, momentum: 0.9, dampening: 0.5) },
    Kind { AdaGrad($0, learningRate: 0.1) },
    Kind { RMSProp($0, momentum: 0.9, isCentered: true) },
    Kind { Adadelta($0) },
    Kind { Adam($0, learningRate: 0.01) },
    Kind { AdamW($0, learningRate: 0.01) },
    Kind { Yogi($0, learningRate: 0.01) },
    Kind { Adam($0, learningRate: 0.01, isAMSGrad: true) },
    Kind { NAdam($0, learningRate: 0.01, weightDecay: 0.1) },
    Kind { RAdam($0, learningRate: 0.01, betas: (0.9, 0.9), decouplesDecay: true) },
    Kind { Adamax($0, learningRate: 0.01) },
  ]
  static let kinds =
    elementwise + [
      Kind { Shampoo($0, learningRate: 0.1, momentum: 0.5, rootInterval: 2) },
      Kind { Shampoo($0, learningRate: 0.1, blockSize: 5, grafting: .none) },
      Kind { LBFGS($0, learningRate: 0.07, maximumIterations: 2, historySize: 3) },
      Kind { LBFGS($0, maximumIterations: 3, lineSearch: .strongWolfe) },
    ]

  struct Kind: Sendable {
    let make: @Sendable (Parameters) -> Optimizer
  }

  @Test(arguments: kinds)
  func trainingGoesOnFromASavedStateWithTheSameBits(_ kind: Kind) throws {
    let (first, second) = (Problem.network, Problem.network)
    let optimizer = kind.make(first.parameters)
    for _ in 0..<5 { first.takeStep(optimizer) }
    optimizer.learningRate = 0.07
    let state = optimizer.stateDictionary
    for (from, to) in zip(first.parameters, second.parameters) { to.value = from.value }
    for _ in 0..<5 { first.takeStep(optimizer) }

    let resumed = kind.make(second.parameters)
    try resumed.load(state)
    #expect(resumed.stepCount == 5 && resumed.learningRate == 0.07)
    for _ in 0..<5 { second.takeStep(resumed) }
    #expect(first.scalars == second.scalars)
  }

  @Test func entriesAreNamedByParameter() {
    let problem = Problem.network
    let optimizer = Adam(problem.parameters)
    #expect(optimizer.stateDictionary.tensors.isEmpty)
    problem.takeStep(optimizer)
    let state = optimizer.stateDictionary
    let names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    #expect(
      Set(state.tensors.keys)
        == Set(names.flatMap { [$0 + ".first_moment", $0 + ".second_moment"] }))
    #expect(
      Set(state.numbers.keys)
        == Set(
          names.map { $0 + ".update_count" }
            + ["step_count", "groups.0.learning_rate", "groups.0.weight_decay"]))
    #expect(state.tensors["2.weight.first_moment"]?.shape == [3, 8])
  }

  @Test func parametersWithoutANameGoByTheirNumber() throws {
    let problem = Problem.quadratic
    let optimizer = Adam(problem.parameters)
    problem.takeStep(optimizer)
    #expect(optimizer.stateDictionary.numbers["parameters.0.update_count"] == 1)
    try Adam(problem.parameters).load(optimizer.stateDictionary)
  }

  @Test func aStateThatDoesNotFitChangesNothing() {
    let problem = Problem.network
    let optimizer = Adam(problem.parameters)
    problem.takeStep(optimizer)
    var state = optimizer.stateDictionary
    state.tensors["0.bias.first_moment"] = nil
    state.tensors["0.weight.second_moment"] = Tensor(zeros: [8])
    state.tensors["0.weight.velocity"] = Tensor(zeros: [8, 6])
    state.numbers["step_count"] = nil
    state.numbers["2.bias.update_count"] = 1e300
    state.numbers["groups.0.learning_rate"] = .nan
    problem.takeStep(optimizer)
    let before = optimizer.stateDictionary
    let error = #expect(throws: StateError.self) { try optimizer.load(state) }
    #expect(error?.missing == ["step_count", "0.bias.first_moment"])
    #expect(error?.unexpected.contains("0.weight.velocity") == true)
    #expect(
      error?.impossible == ["groups.0.learning_rate (nan)", "2.bias.update_count (1e+300)"])
    #expect(error?.mismatched == ["0.weight.second_moment ([8, 6], [8])"])
    #expect(optimizer.stateDictionary.numbers == before.numbers)
    expectIdentical(
      optimizer.stateDictionary.tensors["0.bias.first_moment"]!,
      before.tensors["0.bias.first_moment"]!)
  }

  @Test func theStateOfAnotherKindIsRefused() throws {
    let problem = Problem.network
    let adam = Adam(problem.parameters)
    problem.takeStep(adam)
    #expect(throws: StateError.self) {
      try SGD(problem.parameters, learningRate: 0.1).load(adam.stateDictionary)
    }
  }

  @Test func momentaAndBetasOfGroupsAreSaved() throws {
    func groups(_ momentum: Float?, _ betas: (Float, Float)?) -> [ParameterGroup] {
      let parameters = Problem.network.parameters
      return [
        ParameterGroup(parameters.matching("*weight"), learningRate: 0.1),
        ParameterGroup(
          parameters.matching("*bias"), learningRate: 0.1, momentum: momentum, betas: betas),
      ]
    }
    let sgd = SGD(groups: groups(0.5, nil))
    #expect(sgd.stateDictionary.numbers["groups.1.momentum"] == 0.5)
    #expect(sgd.stateDictionary.numbers["groups.0.momentum"] == nil)
    let other = SGD(groups: groups(0.25, nil))
    try other.load(sgd.stateDictionary)
    #expect(other.groups.map(\.momentum) == [nil, 0.5])
    let adam = Adam(groups: groups(nil, (0.5, 0.75)))
    let plain = Adam(groups: groups(nil, nil))
    try plain.load(adam.stateDictionary)
    #expect(plain.groups[0].betas == nil && plain.groups[1].betas! == (0.5, 0.75))
    var state = sgd.stateDictionary
    state.numbers["groups.1.momentum"] = 1
    let error = #expect(throws: StateError.self) { try other.load(state) }
    #expect(error?.impossible == ["groups.1.momentum (1.0)"])
  }

  @Test func aStateOfLBFGSThatDoesNotFitIsRefused() throws {
    let problem = Problem.quadratic
    func optimizer(_ history: Int) -> LBFGS {
      LBFGS(problem.parameters, maximumIterations: 4, historySize: history)
    }
    let made = optimizer(5)
    problem.takeStep(made)
    var state = made.stateDictionary
    #expect(state.numbers["lbfgs.iteration_count"] == 4)
    #expect(state.tensors["lbfgs.change.2"]?.shape == [8])
    let short = #expect(throws: StateError.self) { try optimizer(2).load(state) }
    #expect(short?.impossible == ["lbfgs.history_count (3.0) of 2"])
    state.tensors["lbfgs.direction"] = nil
    state.tensors["lbfgs.step.1"] = Tensor(zeros: [7])
    let error = #expect(throws: StateError.self) { try optimizer(5).load(state) }
    #expect(error?.missing == ["lbfgs.direction"])
    #expect(error?.mismatched == ["lbfgs.step.1 ([8], [7])"])
    #expect(throws: StateError.self) {
      try SGD(problem.parameters, learningRate: 1).load(made.stateDictionary)
    }
  }

  @Test func everyParameterCountsItsOwnUpdates() {
    let problem = Problem.network
    let optimizer = Adam(problem.parameters, learningRate: 0.01)
    let late = problem.parameters[0]
    late.isFrozen = true
    for _ in 0..<4 { problem.takeStep(optimizer) }
    late.isFrozen = false
    let before = late.value.scalars
    problem.takeStep(optimizer)
    #expect(optimizer.memories.map(\.updateCount) == [1, 5, 5, 5])
    // Adam's first update has the size of the learning rate, whatever the gradient.
    for (old, new) in zip(before, late.value.scalars) { #expect(abs(abs(new - old) - 0.01) < 1e-4) }
  }

  @Test func settingTheRateKeepsTheGroupsProportions() {
    let parameters = Problem.network.parameters
    let optimizer = SGD(groups: [
      ParameterGroup(parameters.matching("*weight"), learningRate: 0.5),
      ParameterGroup(parameters.matching("*bias"), learningRate: 0.25),
    ])
    optimizer.learningRate = 0
    optimizer.learningRate = 0.25
    #expect(optimizer.learningRate == 0.25)
    #expect(optimizer.groups.map(\.learningRate) == [0.25, 0.125])
  }

  @Test func aCopyOfAParameterStaysWhatItWas() {
    let problem = Problem.network
    let optimizer = Adam(problem.parameters)
    problem.takeStep(optimizer)
    let copies = (problem.parameters[0].value, optimizer.memories[0].tensors["first_moment"]!)
    let scalars = (copies.0.scalars, copies.1.scalars)
    problem.takeStep(optimizer)
    #expect(copies.0.scalars == scalars.0 && copies.1.scalars == scalars.1)
    #expect(problem.parameters[0].value.scalars != scalars.0)
  }

  @Test func gradientsInAnyLayoutAreTakenInLogicalOrder() {
    let values = Tensor(hash: 1, [2, 3, 4, 5])
    let parameters = (0..<3).map { _ in Parameter(values) }
    parameters[0].gradient = values
    parameters[1].gradient = values.channelsLast()
    parameters[2].gradient = MemoryForm.transposed(values)
    Adam(Parameters(parameters)).step()
    expectIdentical(parameters[1].value, parameters[0].value)
    expectIdentical(parameters[2].value, parameters[0].value)
  }

  /// Long enough for several chunks, the last of them short.
  @Test(arguments: elementwise)
  func largeParametersAreUpdatedLikeSmallOnes(_ kind: Kind) {
    let count = 50_003
    let (values, gradients) = (Tensor(hash: 1, [count]), Tensor(hash: 2, [count]))
    let whole = Parameter(values)
    let parts = stride(from: 0, to: count, by: 10_000).map { start in
      (start, Parameter(values[start..<min(count, start + 10_000)]))
    }
    let optimizers = [
      kind.make(Parameters([whole])), kind.make(Parameters(parts.map { $0.1 })),
    ]
    for _ in 0..<3 {
      whole.gradient = gradients
      for (start, part) in parts { part.gradient = gradients[start..<start + part.shape[0]] }
      for optimizer in optimizers { optimizer.step() }
    }
    expectClose(Tensor(parts.flatMap { $0.1.value.scalars }), whole.value, tolerance: 1e-6)
  }
}
