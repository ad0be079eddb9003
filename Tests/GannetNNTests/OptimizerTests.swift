import GannetNN
import GannetTensor
import TestSupport
import Testing

/// PyTorch's losses and parameters over twenty steps, on a quadratic and on a small network.
@Suite struct OptimizerTests {
  @Test func plainSGD() throws {
    try follow("sgd") { SGD($0, learningRate: 0.1) }
    try follow("sgd_weight_decay") { SGD($0, learningRate: 0.1, weightDecay: 0.01) }
  }

  @Test func groupsHaveRatesOfTheirOwn() throws {
    try follow("sgd_groups") { parameters in
      SGD(groups: [
        ParameterGroup(
          parameters.filter { $0.shape.rank > 1 }, learningRate: 0.1, weightDecay: 0.1),
        ParameterGroup(parameters.filter { $0.shape.rank == 1 }, learningRate: 0.05),
      ])
    }
  }

  @Test func settingTheRateSetsItForAllGroups() {
    let parameters = Linear(2, 2).parameters
    let optimizer = SGD(parameters, learningRate: 0.5)
    optimizer.learningRate = 0.25
    #expect(optimizer.learningRate == 0.25 && optimizer.groups[0].learningRate == 0.25)
  }

  /// Takes the steps of the case `name` in both problems.
  private func follow(
    _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    beforeUpdate: (Parameters) -> Void = { _ in }, _ make: (Parameters) -> Optimizer
  ) throws {
    let fixture = try Fixture("optimizers")
    for problem in [Problem.quadratic, .network] {
      let losses = try #require(fixture.tensor("\(name)/\(problem.name)/losses"))
      let expected = try #require(fixture.tensor("\(name)/\(problem.name)/parameters"))
      let optimizer = make(problem.parameters)
      for step in 0..<losses.count {
        optimizer.zeroGradients()
        let loss = problem.loss()
        loss.backward()
        beforeUpdate(problem.parameters)
        optimizer.step()
        let place = "\(name), \(problem.name), step \(step)"
        guard
          expectClose(loss, losses[step], "\(place), loss", sourceLocation: sourceLocation),
          expectClose(
            Tensor(problem.parameters.flatMap { $0.value.scalars }), expected[step],
            "\(place), parameters", sourceLocation: sourceLocation)
        else { break }
      }
    }
  }
}

/// What the optimizers of the fixture are run on.
private struct Problem {
  let name: String
  let parameters: Parameters
  let loss: () -> Tensor

  /// Σ c (w - t)² / 2 over eight elements.
  static var quadratic: Problem {
    let weight = Parameter(Tensor(hash: 1, [8]))
    let curvature = Tensor(hash: 2, [8], low: 0.5, high: 2.5)
    let target = Tensor(hash: 3, [8])
    return Problem(name: "quadratic", parameters: Parameters([weight])) {
      let difference = weight.value - target
      return (curvature * difference * difference).sum() / 2
    }
  }

  /// The cross-entropy of 6-8-3 with tanh on sixteen examples.
  static var network: Problem {
    let model = Sequential([Linear(6, 8), Tanh(), Linear(8, 3)])
    let weights = fixtureWeights(model.parameters.map(\.shape))
    for (parameter, weight) in zip(model.parameters, weights) { parameter.value = weight }
    let inputs = Tensor(hash: 1, [16, 6])
    let labels = HashSequence.labels(16, classes: 3, seed: 2)
    return Problem(name: "network", parameters: model.parameters) {
      crossEntropy(model(inputs), labels)
    }
  }
}
