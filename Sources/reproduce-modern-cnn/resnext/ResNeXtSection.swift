import Gannet
import Reproduction

extension Section {
  /// Groups against width at equal cost: networks that differ in the number and width of the groups
  /// of their 3x3 convolutions.
  static let resnext = Section(
    "resnext", title: "ResNeXt: groups against width",
    reference: "8.6.5, resnet; Xie et al. (2017)",
    seconds: 200, epochs: 3, published: ResNeXtFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let block = ResNeXtBlock(32, 32, groupWidth: 16)
      result.add(ResNeXtFigures.block, block(Tensor(normal: [4, 32, 96, 96])).shape)
      let (one, two) = (
        Conv2D(32, 32, kernelSize: 3), Conv2D(32, 32, kernelSize: 3, groups: 2)
      )
      result[ResNeXtFigures.weights] =
        Double(two.weight.shape.elementCount) / Double(one.weight.shape.elementCount)

      let networks = GroupedNetwork.all
      let models = networks.map { $0() }
      let parameters = models.map { Double($0.parameters.scalarCount) }
      let multiplyAdds = models.map { Double($0.summary(input: [1, 1, 32, 32]).multiplyAdds) }
      result[ResNeXtFigures.parameterRange] = parameters.max()! / parameters.min()!
      result[ResNeXtFigures.multiplyAddRange] = multiplyAdds.max()! / multiplyAdds.min()!

      var accuracies: [Double] = []
      for (index, network) in networks.enumerated() {
        let task = try ImageTask(
          context, batchSize: 128, side: 32, counts: (10_000, 5_000), quick: (256, 256))
        let training = try task.train(
          models[index], as: network.name, learningRate: 0.05, falling: true)
        accuracies.append(training.final(.validationAccuracy)!)
        result[ResNeXtFigures.parameters(network)] = parameters[index]
        result[ResNeXtFigures.multiplyAdds(network)] = multiplyAdds[index]
        result[ResNeXtFigures.accuracy(network)] = accuracies[index]
      }
      result[ResNeXtFigures.difference] = accuracies.dropFirst().max()! - accuracies[0]
      result.plots = [
        Plot(
          "groups", title: "Groups at equal cost", x: Axis("groups", log: true),
          y: Axis("val_acc"),
          series: [
            Series("", x: networks.map { Double($0.groups) }, y: accuracies, style: .path)
          ])
      ]
      return result
    }
  }
}

/// Two stages of two ResNeXt blocks, of 128 and of 256 channels.
///
/// A block of c channels with g groups of d has 2 c g d + 9 g d² weights. The sizes are a half of
/// those in the paper's table 2, for a half of its 256 channels, so that all cost the same.
struct GroupedNetwork: Sendable {
  /// The number of groups of each 3x3 convolution.
  let groups: Int
  /// Channels of a group in the first stage; twice as many in the second.
  let groupWidth: Int

  static let all = [(1, 32), (2, 20), (4, 12), (8, 7), (32, 2)].map {
    GroupedNetwork(groups: $0, groupWidth: $1)
  }

  /// The paper's notation: cardinality x width.
  var name: String { "\(groups)x\(groupWidth)d" }

  func callAsFunction() -> AnyNet {
    AnyNet(
      stages: [128, 256].map { width in
        let groupWidth = groupWidth * width / 128
        return AnyNet.Stage(
          depth: 2, width: width, groupWidth: groupWidth,
          bottleneckRatio: Float(groups * groupWidth) / Float(width))
      })
  }
}
