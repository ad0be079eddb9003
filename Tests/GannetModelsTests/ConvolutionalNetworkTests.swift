import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ConvolutionalNetworkTests {
  @Test func parametersAreAsManyAsTheBooks() {
    #expect(LeNet().parameters.scalarCount == 61_706)
    #expect(BatchNormLeNet().parameters.scalarCount == 44_878)
    #expect(ResNet.resNet18().parameters.scalarCount == 11_178_378)
    #expect(ResNet.torchvisionResNet18().parameters.scalarCount == 11_689_512)
  }

  @Test func shapesAreTheBooks() {
    let x = Tensor(zeros: [2, 1, 28, 28])
    var shapes: [Shape] = []
    _ = LeNet().net.reduce(x) { x, layer in
      let y = layer(x)
      if !(layer is Sigmoid) { shapes.append(y.shape) }
      return y
    }
    #expect(
      shapes == [
        [2, 6, 28, 28], [2, 6, 14, 14], [2, 16, 10, 10], [2, 16, 5, 5], [2, 400], [2, 120],
        [2, 84], [2, 10],
      ])
    #expect(BatchNormLeNet()(x).shape == [2, 10])
    #expect(Residual(3, 3)(Tensor(zeros: [4, 3, 6, 6])).shape == [4, 3, 6, 6])
    #expect(Residual(3, 6, stride: 2)(Tensor(zeros: [4, 3, 6, 6])).shape == [4, 6, 3, 3])
  }

  @Test func narrowNetworksAreAsDeepAsTheySay() {
    for depth in [20, 56, 110] {
      for hasSkips in [true, false] {
        let model = ResNet.narrow(depth: depth, inputChannels: 3, hasSkips: hasSkips)
        let weights = model.parameters.filter {
          $0.shape.rank > 1 && !$0.name.contains("downsample")
        }
        #expect(weights.count == depth)
      }
    }
    let model = ResNet.narrow(depth: 20)
    #expect(model(Tensor(hash: 1, [2, 1, 28, 28])).shape == [2, 10])
    #expect(model.layer2(Tensor(zeros: [2, 16, 28, 28])).shape == [2, 32, 14, 14])
  }

  /// With all weights zero, or the last norm's, a block is the identity after ReLU.
  @Test func aBlockWithoutWeightsIsTheIdentity() {
    let block = Residual(6, 6)
    for parameter in [block.conv1.weight, block.conv2.weight] {
      parameter.value = Tensor(zeros: parameter.shape)
    }
    let x = Tensor(hash: 1, [2, 6, 5, 5], low: 0, high: 1)
    expectIdentical(block(x), x)
    let other = Residual(6, 6)
    other.bn2.weight.value = Tensor(zeros: [6])
    expectIdentical(other(x), x)
  }

  @Test func blocksEqualTheirParts() {
    for style in [Residual.Style.book, .torchvision, .plain] {
      let block = Residual(3, 5, stride: 2, style: style)
      let x = Tensor(hash: 1, [4, 3, 7, 7])
      let hidden = relu(block.bn1(block.conv1(x)))
      let inner = block.bn2(block.conv2(hidden))
      let byHand = relu(block.downsample.map { inner + $0(x) } ?? inner)
      expectClose(block(x), byHand, tolerance: 1e-5)
      #expect((block.downsample == nil) == !style.hasSkip)
    }
  }

  /// PyTorch's weights give its logits and training gradients.
  @Test func torchvisionsWeightsGiveItsScoresAndGradients() throws {
    let name = "torchvision_resnet18"
    let fixture = try Fixture(name)
    let names = try #require(fixture.setting("names", of: name, as: [String].self))
    let shapes = try #require(fixture.setting("shapes", of: name, as: [[Int]].self))
    let model = ResNet.torchvisionResNet18()
    try model.load(torchvisionState(names, shapes.map { Shape($0) }))
    let images = Tensor(hash: 1, [4, 3, 64, 64], low: 0, high: 1)
    let scores = model.evaluating { model(images) }
    expectClose(scores, try #require(fixture.tensor("\(name)/scores")), tolerance: 1e-4)

    crossEntropy(model(images), IntTensor([1, 10, 100, 999] as [Int32])).backward()
    let gradients = model.parameters.map { $0.gradient! }
    expectClose(
      Tensor(gradients.map { $0.norm().scalar }),
      try #require(fixture.tensor("\(name)/gradientNorms")), tolerance: 1e-3)
    let wanted = try #require(fixture.tensor("\(name)/gradientSamples"))
    for (number, gradient) in gradients.enumerated() {
      let values = gradient.scalars
      let samples = (0..<16).map { values[$0 * values.count / 16] }
      let rootMeanSquare = gradient.norm().scalar / Float(values.count).squareRoot()
      let difference = (Tensor(samples) - wanted[number]).norm(.infinity).scalar
      #expect(difference < 1e-3 * rootMeanSquare, "\(model.parameters[number].name)")
    }
  }

  /// The state that the fixture's script makes, under PyTorch's names.
  private func torchvisionState(_ names: [String], _ shapes: [Shape]) -> StateDictionary {
    var state: StateDictionary = [:]
    let isParameter = names.map { $0.hasSuffix("weight") || $0.hasSuffix("bias") }
    let parameters = zip(names, shapes).enumerated().filter { isParameter[$0.offset] }.map(
      \.element)
    let weights = fixtureWeights(parameters.map(\.1)) {
      parameters[$0].1.rank == 1 && parameters[$0].0.hasSuffix("weight")
    }
    for (parameter, weight) in zip(parameters, weights) { state[parameter.0] = weight }
    var number: UInt32 = 0
    for (name, shape) in zip(names, shapes) {
      if name.hasSuffix("tracked") { state[name] = Tensor(zeros: shape) }
      guard name.contains("running") else { continue }
      let values = Tensor(hash: 500 + number, shape, low: 0, high: 1)
      state[name] = name.hasSuffix("mean") ? (values * 2 - 1) / 10 : values + 0.5
      number += 1
    }
    return state
  }

  @Test func impossibleDepthsAreRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ResNet.narrow(depth: 21)
    }
    expectMessage(result, "ResNet: depth 21, expected 6 n + 2 with n blocks in a stage")
  }
}
