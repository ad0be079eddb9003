import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct OptimizerSettingsTests {
  @Test func settingsOutOfRangeStop() async {
    let decay = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(Linear(2, 2).parameters, learningRate: 0.1, weightDecay: .nan)
    }
    expectMessage(decay, "Optimizer: weightDecay nan, expected 0 or more")
    let beta = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Adam(Linear(2, 2).parameters, betas: (0.9, 1))
    }
    expectMessage(beta, "Optimizer: second beta 1.0, expected 0 to below 1")
    let nesterov = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(Linear(2, 2).parameters, learningRate: 0.1, isNesterov: true)
    }
    expectMessage(nesterov, "SGD: Nesterov's momentum needs momentum above 0")
    let changed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      SGD(Linear(2, 2).parameters, learningRate: 0.1).momentum = 1
    }
    expectMessage(changed, "Optimizer: momentum 1.0, expected 0 to below 1")
    let group = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Adam(groups: [
        ParameterGroup(Linear(2, 2).parameters, learningRate: 0.1, momentum: 0.5)
      ])
    }
    expectMessage(group, "Adam: a group has a momentum, which this optimizer does not use")
    let betas = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      ParameterGroup(Linear(2, 2).parameters, learningRate: 0.1).betas = (0.5, 1)
    }
    expectMessage(betas, "Optimizer: second beta 1.0, expected 0 to below 1")
    let largest = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var settings = NAdam.Settings.adam
      settings.isAMSGrad = true
      _ = NAdam(
        groups: [ParameterGroup(Linear(2, 2).parameters, learningRate: 0.1)], settings: settings)
    }
    expectMessage(largest, "NAdam: isAMSGrad is a setting of Adam and AdamW")
    let closure = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let layer = Linear(2, 2)
      let optimizer = LBFGS(layer.parameters)
      layer(Tensor(zeros: [1, 2])).sum().backward()
      optimizer.step()
    }
    expectMessage(closure, "LBFGS.step: needs the loss as a closure")
    let schedule = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Schedule.cosine(from: 0.1, over: 0)
    }
    expectMessage(schedule, "Schedule.cosine: 0 steps, expected 1 or more")
  }

  /// Settings of an optimizer of groups mean what the labels of the short form mean.
  @Test func settingsOfGroupsAreThoseOfTheShortForm() {
    var momentum = SGD.Settings.defaults
    momentum.momentum = 0.9
    momentum.isNesterov = true
    var centered = RMSProp.Settings.defaults
    centered.isCentered = true
    centered.momentum = 0.5
    centered.epsilonPlacement = .insideRoot
    var betas = Adam.Settings.adam
    betas.betas = (0.8, 0.95)
    var inside = AdaGrad.Settings.defaults
    inside.epsilon = 1e-6
    inside.epsilonPlacement = .insideRoot
    var leaky = Adadelta.Settings.defaults
    leaky.decay = 0.8
    var grafted = Shampoo.Settings.defaults
    grafted.rootInterval = 2
    grafted.momentum = 0.5
    check(
      { SGD(groups: $0, settings: momentum) },
      { SGD($0, learningRate: 0.1, momentum: 0.9, isNesterov: true) })
    check(
      { RMSProp(groups: $0, settings: centered) },
      {
        RMSProp(
          $0, learningRate: 0.1, momentum: 0.5, isCentered: true, epsilonPlacement: .insideRoot)
      })
    check(
      { Adam(groups: $0, settings: betas) },
      { Adam($0, learningRate: 0.1, betas: (0.8, 0.95)) })
    check({ AdamW(groups: $0) }, { AdamW($0, learningRate: 0.1, weightDecay: 0) })
    check({ Yogi(groups: $0) }, { Yogi($0, learningRate: 0.1) })
    check(
      { NAdam(groups: $0, settings: betas, momentumDecay: 0.1) },
      { NAdam($0, learningRate: 0.1, betas: (0.8, 0.95), momentumDecay: 0.1) })
    check(
      { RAdam(groups: $0, settings: betas) },
      { RAdam($0, learningRate: 0.1, betas: (0.8, 0.95)) })
    check({ Adamax(groups: $0) }, { Adamax($0, learningRate: 0.1) })
    check(
      { AdaGrad(groups: $0, settings: inside) },
      { AdaGrad($0, learningRate: 0.1, epsilon: 1e-6, epsilonPlacement: .insideRoot) })
    check(
      { Adadelta(groups: $0, settings: leaky) },
      { Adadelta($0, learningRate: 0.1, decay: 0.8) })
    check(
      { Shampoo(groups: $0, settings: grafted) },
      { Shampoo($0, learningRate: 0.1, momentum: 0.5, rootInterval: 2) })
  }

  private func check(
    _ ofGroups: ([ParameterGroup]) -> Optimizer, _ short: (Parameters) -> Optimizer,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func path(_ make: (Parameters) -> Optimizer) -> [Float] {
      let problem = Problem.network
      let optimizer = make(problem.parameters)
      for _ in 0..<4 { problem.takeStep(optimizer) }
      return problem.scalars
    }
    let groups = path { ofGroups([ParameterGroup($0, learningRate: 0.1)]) }
    #expect(groups == path(short), sourceLocation: sourceLocation)
  }

  @Test func anOptimizerWithoutARuleStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Nothing: Optimizer {}
      let w = Parameter(Tensor(1))
      let optimizer = Nothing(groups: [ParameterGroup(Parameters([w]), learningRate: 1)])
      w.value.backward()
      optimizer.step()
    }
    expectMessage(result, "Nothing: update(_:by:at:in:) is not overridden")
  }

  @Test func aUsersOwnOptimizer() throws {
    /// Moves every element by the learning rate, against the sign of its average gradient.
    final class Lion: Optimizer {
      override func update(
        _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
      ) {
        let average =
          memories[index].tensors["average"] ?? Tensor(zeros: parameter.shape)
        memories[index].tensors["average"] = average * 0.9 + gradient * 0.1
        parameter.value.add(
          sign(memories[index].tensors["average"]!), scaledBy: -group.learningRate)
      }

      override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
        ["average": parameter.shape]
      }
    }
    let w = Parameter(Tensor([3, -4]))
    let optimizer = Lion(groups: [ParameterGroup(Parameters([w]), learningRate: 0.5)])
    for _ in 0..<2 {
      optimizer.zeroGradients()
      (w.value * w.value).sum().backward()
      optimizer.step()
    }
    #expect(w.value.scalars == [2, -3])
    try optimizer.load(optimizer.stateDictionary)
  }
}
