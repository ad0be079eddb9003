import Gannet
import Reproduction

extension Section {
  /// Two 3x3 convolutions against one of 5x5, and depth against width.
  static let vggBlocks = Section(
    "vgg-blocks", title: "VGG's blocks: 3x3 against 5x5, depth against width",
    reference: "8.2.1, vgg; Simonyan and Zisserman (2014)", seconds: 250, epochs: 6,
    published: VGGBlocksFigures.all
  ) { context in
    try context.seeded {
      var result = kernels()
      var series: [Series] = []
      for network in BlockNetwork.all {
        let task = try ImageTask(
          context, batchSize: 128, side: 32, counts: (10_000, 5_000), quick: (256, 256))
        let model = network()
        let curves = try task.train(
          model, as: network.name, learningRate: 0.03, momentum: 0.9, falling: true)
        result[VGGBlocksFigures.parameters(network)] = Double(model.parameters.scalarCount)
        result[VGGBlocksFigures.multiplyAdds(network)] = Double(
          model.summary(input: [1, 1, 32, 32]).multiplyAdds)
        result[VGGBlocksFigures.accuracy(network)] = curves.final(.validationAccuracy)
        if let curve = curves[.validationAccuracy] {
          series.append(Series(network.name, x: curve.epochs, y: curve.values))
        }
      }
      func difference(_ a: BlockNetwork, _ b: BlockNetwork) -> Double {
        result[VGGBlocksFigures.accuracy(a)]! - result[VGGBlocksFigures.accuracy(b)]!
      }
      result[VGGBlocksFigures.pairs] = difference(.pairs, .fives)
      result[VGGBlocksFigures.depth] = difference(.pairs, .wide)
      result[VGGBlocksFigures.costs] =
        result[VGGBlocksFigures.parameters(.wide)]! / result[VGGBlocksFigures.parameters(.pairs)]!
      result.plots = [
        Plot(
          "accuracies", title: "Networks of three blocks", x: Axis("epoch"), y: Axis("val_acc"),
          series: series)
      ]
      return result
    }
  }

  /// Figures of single convolutions between as many channels.
  private static func kernels() -> SectionResult {
    func weights(_ side: Int) -> Double {
      Double(Conv2D(16, 16, kernelSize: Size2D(side)).weight.shape.elementCount)
    }
    var result = SectionResult()
    result[VGGBlocksFigures.twoOverOne] = 2 * weights(3) / weights(5)
    result[VGGBlocksFigures.threeOverOne] = 3 * weights(3) / weights(5)
    let pixels = Tensor(zeros: [1, 1, 9, 9]).requiringGradient()
    func convolved(_ x: Tensor) -> Tensor {
      conv2D(x, weight: Tensor(ones: [1, 1, 3, 3]), padding: 1)
    }
    convolved(convolved(pixels))[0][0][4][4].backward()
    let touched = pixels.gradient!.sum(along: [0, 1, 2]).scalars.count { $0 != 0 }
    result[VGGBlocksFigures.receptiveField] = Double(touched)
    return result
  }
}

/// Three blocks of convolutions and a max pooling, and a linear layer.
struct BlockNetwork: Sendable {
  let name: String
  /// The sides of the kernels in a block.
  let kernelSizes: [Int]
  /// Channels in each block.
  let channels: [Int]

  static let pairs = BlockNetwork(
    name: "two 3x3", kernelSizes: [3, 3], channels: [16, 32, 64])
  static let fives = BlockNetwork(name: "one 5x5", kernelSizes: [5], channels: [16, 32, 64])
  /// About as many parameters as ``pairs``.
  static let wide = BlockNetwork(name: "one 3x3, wide", kernelSizes: [3], channels: [27, 54, 108])
  static let all = [pairs, fives, wide]

  func callAsFunction() -> Sequential {
    let inputs = [1] + channels
    return Sequential {
      for (input, output) in zip(inputs, channels) {
        for (index, side) in kernelSizes.enumerated() {
          Conv2D(
            index == 0 ? input : output, output, kernelSize: Size2D(side),
            padding: Padding2D(side / 2, side / 2), weightInitializer: .xavierUniform())
          ReLU()
        }
        MaxPool2D(2)
      }
      Flatten()
      Linear(channels.last! * 16, 10, weightInitializer: .xavierUniform())
    }
  }
}
