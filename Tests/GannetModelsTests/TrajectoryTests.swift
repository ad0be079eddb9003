import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// From the same weights, on the same batch, each network follows PyTorch's losses for twenty steps.
@Suite struct TrajectoryTests {
  @Test func multilayerPerceptron() throws {
    try follow("mlp", MultilayerPerceptron.concise())
  }

  @Test func multilayerPerceptronWithDropoutOff() throws {
    try follow("mlp_dropout", MultilayerPerceptron.dropout())
  }

  private func follow(
    _ name: String, _ model: Sequential, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fixture = try Fixture("trajectory_\(name)")
    let losses = try #require(fixture.tensor("\(name)/losses"))
    let norms = try #require(fixture.tensor("\(name)/gradientNorms"))
    let weights = fixtureWeights(model.parameters.map(\.shape))
    for (parameter, weight) in zip(model.parameters, weights) { parameter.value = weight }
    model.eval()
    let images = Tensor(hash: 1, [256, 1, 28, 28], low: 0, high: 1)
    let labels = HashSequence.labels(256, classes: 10, seed: 2)
    let optimizer = SGD(model.parameters, learningRate: 0.1)
    var followed: [Float] = []
    for step in 0..<losses.count {
      optimizer.zeroGradients()
      let loss = crossEntropy(model(images), labels)
      loss.backward()
      if step == 0 {
        let own = model.parameters.map { sqrt(($0.gradient! * $0.gradient!).sum()).scalar }
        expectClose(
          Tensor(own), norms, tolerance: 1e-4, "\(name), gradients' norms",
          sourceLocation: sourceLocation)
      }
      optimizer.step()
      followed.append(loss.scalar)
    }
    expectClose(
      Tensor(followed), losses, tolerance: 1e-3, "\(name), losses", sourceLocation: sourceLocation)
  }
}
