import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// From the same weights, on the same batch, each network follows PyTorch's losses.
@Suite struct TrajectoryTests {
  @Test func multilayerPerceptron() throws {
    try follow("mlp", MultilayerPerceptron.concise(), training: false)
  }

  @Test func multilayerPerceptronWithDropoutOff() throws {
    try follow("mlp_dropout", MultilayerPerceptron.dropout(), training: false)
  }

  @Test func leNet() throws {
    try follow("lenet", LeNet())
  }

  @Test func batchNormLeNet() throws {
    try follow("bn_lenet", BatchNormLeNet())
  }

  @Test func resNet18() throws {
    try follow("resnet18", ResNet.resNet18(), image: [1, 96, 96])
  }

  /// Dropout is off, batch norms are in training; losses are those of five steps at batch 8.
  @Test(arguments: ["alexnet", "vgg11", "nin", "googlenet", "densenet", "regnetx"])
  func modernNetworks(name: String) throws {
    let isNormalized = ["densenet", "regnetx"].contains(name)
    let size = ["alexnet", "vgg11", "nin"].contains(name) ? 224 : 96
    let models: [String: () -> any Layer] = [
      "alexnet": { AlexNet() }, "vgg11": { VGG() }, "nin": { NiN() },
      "googlenet": { GoogLeNet() }, "densenet": { DenseNet() }, "regnetx": { AnyNet.regNetX32() },
    ]
    try follow(
      name, models[name]!(), in: "trajectory_deep", image: [1, size, size],
      training: isNormalized)
  }

  private func follow(
    _ name: String, _ model: any Layer, in file: String? = nil, image: Shape = [1, 28, 28],
    training: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fixture = try Fixture(file ?? "trajectory_\(name)")
    let losses = try #require(fixture.tensor("\(name)/losses"))
    let norms = try #require(fixture.tensor("\(name)/gradientNorms"))
    let batch = try #require(fixture.setting("batch", of: name))
    let learningRate = try #require(fixture.setting("learningRate", of: name))
    let names = try #require(fixture.setting("parameters", of: name, as: [String].self))
    #expect(Set(names).isSubset(of: model.stateDictionary.keys))
    #expect(model.parameters.count == names.count)
    model.fillWithFixtureWeights(gain: fixture.setting("gain", of: name) ?? 1)
    if !training { model.eval() }
    let images = Tensor(hash: 1, Shape([Int(batch)] + Array(image)), low: 0, high: 1)
    let labels = HashSequence.labels(Int(batch), classes: 10, seed: 2)
    let optimizer = SGD(model.parameters, learningRate: learningRate)
    var followed: [Float] = []
    for step in 0..<losses.count {
      optimizer.zeroGradients()
      let loss = crossEntropy(model(images), labels)
      loss.backward()
      if step == 0 {
        let own = model.parameters.map { $0.gradient!.norm().scalar }
        expectClose(
          Tensor(own), norms, tolerance: 1e-3, "\(name), gradients' norms",
          sourceLocation: sourceLocation)
      }
      optimizer.step()
      followed.append(loss.scalar)
    }
    expectClose(
      Tensor(followed), losses, tolerance: 1e-3, "\(name), losses", sourceLocation: sourceLocation)
  }
}

extension Module {
  /// Gives the parameters the weights of the fixtures.
  func fillWithFixtureWeights(gain: Float = 1) {
    let parameters = parameters
    let weights = fixtureWeights(parameters.map(\.shape), gain: gain) {
      parameters[$0].shape.rank == 1 && parameters[$0].name.hasSuffix("weight")
    }
    for (parameter, weight) in zip(parameters, weights) { parameter.value = weight }
  }
}
