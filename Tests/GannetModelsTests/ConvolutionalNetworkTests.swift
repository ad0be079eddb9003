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
    #expect(AlexNet().parameters.scalarCount == 46_764_746)
    #expect(VGG().parameters.scalarCount == 43_093_322)
    #expect(VGG(VGG.blocks(depth: 11)).parameters.scalarCount == 128_806_154)
    #expect(NiN().parameters.scalarCount == 1_992_166)
    #expect(GoogLeNet().parameters.scalarCount == 5_977_530)
    #expect(DenseNet().parameters.scalarCount == 758_226)
    #expect(AnyNet.regNetX32().parameters.scalarCount == 179_290)
  }

  @Test func parametersAreAsManyAsTorchvisions() {
    #expect(AlexNet.torchvision().parameters.scalarCount == 61_100_840)
    #expect(VGG.torchvision(depth: 11).parameters.scalarCount == 132_863_336)
    #expect(VGG.torchvision(depth: 19).parameters.scalarCount == 143_667_240)
    #expect(
      GoogLeNet(inputChannels: 3, classCount: 1_000, style: .torchvision).parameters.scalarCount
        == 6_624_904)
    for (depth, count) in [
      (18, 11_689_512), (34, 21_797_672), (50, 25_557_032), (101, 44_549_160), (152, 60_192_808),
    ] {
      #expect(ResNet.torchvision(depth: depth).parameters.scalarCount == count)
    }
    #expect(ResNet.resNeXt50().parameters.scalarCount == 25_028_904)
    #expect(DenseNet.denseNet121().parameters.scalarCount == 7_978_856)
    for (megaflops, x, y) in [
      (400, 5_495_976, 4_344_144), (800, 7_259_656, 6_432_512), (1_600, 9_190_136, 11_202_430),
      (3_200, 15_296_552, 19_436_338), (8_000, 39_572_648, 39_381_472),
    ] {
      #expect(AnyNet.regNetX(megaflops: megaflops).parameters.scalarCount == x)
      #expect(AnyNet.regNetY(megaflops: megaflops).parameters.scalarCount == y)
    }
  }

  @Test func blocksHaveTheBooksShapes() {
    let small = Tensor(zeros: [4, 3, 8, 8])
    #expect(DenseBlock(3, layerCount: 2, growthRate: 10)(small).shape == [4, 23, 8, 8])
    #expect(
      DenseNet.transition(23, 10)(Tensor(zeros: [4, 23, 8, 8])).shape == [4, 10, 4, 4])
    #expect(
      ResNeXtBlock(32, 32, groupWidth: 16)(Tensor(zeros: [4, 32, 96, 96])).shape
        == [4, 32, 96, 96])
    let channels: Inception.Channels = (64, (96, 128), (16, 32), 32)
    #expect(
      Inception(192, channels, style: .book)(Tensor(zeros: [1, 192, 12, 12])).shape
        == [1, 256, 12, 12])
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
    other.bn2.weight!.value = Tensor(zeros: [6])
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
    let model = ResNet.torchvision(depth: 18)
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
