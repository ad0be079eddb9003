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
    let schedule = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Schedule.cosine(from: 0.1, over: 0)
    }
    expectMessage(schedule, "Schedule.cosine: 0 steps, expected 1 or more")
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
