import Gannet
import Reproduction

extension Section {
  /// DenseNet's parameters and the memory of a training step by its growth rate.
  static let densenetGrowth = Section(
    "densenet-growth", title: "DenseNet's memory by growth rate",
    reference: "8.7, densenet; Huang et al. (2017)", seconds: 3,
    published: DenseNetGrowthFigures.all
  ) { context in
    context.seeded {
      var result = SectionResult()
      let batchSize = context.isQuick ? 2 : 32
      let images = Tensor(normal: [batchSize, 1, 96, 96])
      var (parameters, memories): ([Double], [Double]) = ([], [])
      for (growthRate, figure) in DenseNetGrowthFigures.parameters {
        let model = DenseNet(growthRate: growthRate)
        parameters.append(Double(model.parameters.scalarCount))
        memories.append(stepMemory(of: model, on: images) / 0x1p20)
        result[figure] = parameters.last
        result[DenseNetGrowthFigures.multiplyAdds(growthRate)] = Double(
          model.summary(input: [1, 1, 96, 96]).multiplyAdds)
        result[DenseNetGrowthFigures.memory(growthRate)] = memories.last
      }
      result[DenseNetGrowthFigures.memoryGrowth] = memories[2] / memories[1]
      let rates = DenseNetGrowthFigures.parameters.map { Double($0.growthRate) }
      result.plots = [
        Plot(
          "growth", title: "DenseNet by growth rate",
          panels: [
            Panel(
              x: Axis("growth rate"), y: Axis("parameters"),
              series: [Series("", x: rates, y: parameters, style: .path)]),
            Panel(
              x: Axis("growth rate"), y: Axis("MiB of a training step, \(batchSize) images"),
              series: [Series("", x: rates, y: memories, style: .path)]),
          ])
      ]
      return result
    }
  }

  /// The most bytes of tensors in a step, beyond those before it.
  private static func stepMemory(of model: DenseNet, on images: Tensor) -> Double {
    let labels = IntTensor((0..<images.shape[0]).map { Int32($0 % 10) })
    let before = BufferPool.statistics.liveBytes
    BufferPool.resetPeak()
    crossEntropy(model(images), labels).backward()
    return Double(BufferPool.statistics.peakBytes - before)
  }
}
