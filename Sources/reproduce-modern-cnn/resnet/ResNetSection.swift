import Gannet
import Reproduction

extension Section {
  /// ResNet-18 on images of 96 by 96, its shapes, and blocks that are the identity.
  static let resnet = Section(
    "resnet", title: "ResNet-18", reference: "8.6, resnet", seconds: 6_000, epochs: 10,
    published: ResNetFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      result.add(blockShapes())
      result.add(IdentityBlocks().figures)
      let model = ResNet.resNet18()
      addStages(of: model, to: &result)
      let task = try ImageTask(context, batchSize: 128, side: 96, quick: (256, 128))
      result.add(
        try task.result(
          of: model, ResNetFigures.training, title: "ResNet-18", learningRate: 0.01))
      return result
    }
  }

  /// The book's two blocks on images of 6 by 6 with three channels.
  private static func blockShapes() -> SectionResult {
    var result = SectionResult()
    for (figures, block) in [
      (ResNetFigures.block, Residual(3, 3)),
      (ResNetFigures.stridedBlock, Residual(3, 6, stride: 2)),
    ] {
      result.add(figures, block(Tensor(normal: [4, 3, 6, 6])).shape)
    }
    return result
  }
}

extension Section {
  /// Adds the output shapes of the stem and of each stage.
  private static func addStages(of model: ResNet, to result: inout SectionResult) {
    let network = Sequential {
      model.conv1
      model.bn1
      ReLU()
      model.maxpool!
      [model.layer1, model.layer2, model.layer3, model.layer4!]
    }
    let rows = network.layerSummary(input: [1, 1, 96, 96]).rows.suffix(ResNetFigures.stages.count)
    for (figures, row) in zip(ResNetFigures.stages, rows) { result.add(figures, row.outputShape) }
  }
}

/// Residual blocks with zero parameters, which add nothing to their input.
private struct IdentityBlocks {
  var figures: SectionResult {
    let block = zeroedBlock()
    let x = relu(Tensor(normal: [4, 8, 6, 6]))
    var result = SectionResult()
    result[ResNetFigures.zeroedTraining] = largestDifference(block(x), x)
    result[ResNetFigures.zeroedPrediction] = largestDifference(
      block.evaluating { block(x) }, x)
    result[ResNetFigures.nested] = nestedDifference()
    return result
  }

  /// The difference of a network from a larger one with identity blocks: function classes are
  /// nested.
  private func nestedDifference() -> Double {
    let small = Sequential {
      Conv2D(1, 8, kernelSize: 3, padding: 1)
      BatchNorm2D(8)
      ReLU()
      Residual(8, 8)
    }
    let large = Sequential(small.layers + (0..<3).map { _ in zeroedBlock() })
    let x = Tensor(normal: [4, 1, 12, 12])
    return largestDifference(small.evaluating { small(x) }, large.evaluating { large(x) })
  }

  private func zeroedBlock() -> Residual {
    let block = Residual(8, 8)
    withoutGradients {
      for parameter in block.parameters { parameter.value = Tensor(zeros: parameter.shape) }
    }
    return block
  }

}
