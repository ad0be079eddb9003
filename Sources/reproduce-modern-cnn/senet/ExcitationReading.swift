import Gannet
import Reproduction

/// The excitation weights of a trained network on the validation images.
struct ExcitationReading {
  /// The weights of the last block of each stage, `[N, C]`, between 0 and 1.
  private let weights: [Tensor]
  /// The images of each class, as indices.
  private let classes: [[Int]]

  init(_ network: ResNet, _ images: DataLoader<Subset<ImageDataset>>) {
    let stages = [network.layer1, network.layer2, network.layer3]
    var (weights, labels) = ([[Tensor]](repeating: [], count: stages.count), [Int32]())
    network.evaluating {
      for batch in images {
        var x = network.bn1(network.conv1(batch.images), followedBy: .relu)
        for (index, stage) in stages.enumerated() {
          for block in stage.layers.dropLast() { x = block(x) }
          let last = stage.layers.last as! Residual
          weights[index].append(ExcitationReading.weights(of: last, on: x).flattened(from: 1))
          x = last(x)
        }
        labels += batch.labels.scalars
      }
    }
    self.weights = weights.map { concatenate($0) }
    classes = Dictionary(grouping: labels.indices) { labels[$0] }
      .sorted { $0.key < $1.key }.map(\.value)
  }

  /// The weights of the channels of `block` on its input, `[N, C, 1, 1]`.
  private static func weights(of block: Residual, on x: Tensor) -> Tensor {
    block.se!.weights(block.bn2(block.conv2(block.bn1(block.conv1(x), followedBy: .relu))))
  }

  func result() -> SectionResult {
    var result = SectionResult()
    var (overImages, overClasses, overChannels) = ([Double](), [Double](), [Double]())
    for (index, weights) in weights.enumerated() {
      let ofClasses = stack(
        classes.map { weights.slices(at: IntTensor($0.map(Int32.init))).mean(along: 0) }
      )
      overImages.append(spread(of: weights))
      overClasses.append(spread(of: ofClasses))
      overChannels.append(Double(weights.mean(along: 0).standardDeviation().scalar))
      result[SENetFigures.overImages[index]] = overImages[index]
      result[SENetFigures.overClasses[index]] = overClasses[index]
      result[SENetFigures.overChannels[index]] = overChannels[index]
    }
    let stages = (1...weights.count).map(Double.init)
    let histograms = weights.enumerated().map { index, weights -> Series in
      var bars = Series.histogram(
        "stage \(index + 1)", of: weights.scalars.map(Double.init), bins: 40, range: 0...1)
      bars.x = bars.x.map { $0 - 0.5 / 40 }  // a step begins at the bin's lower end
      bars.y = bars.y.map { $0 / Double(weights.shape.elementCount) }
      bars.style = .steps
      return bars
    }
    result.plots = [
      Plot(
        "excitation", title: "Excitation weights by stage",
        panels: [
          Panel(
            "Their distribution", x: Axis("weight", range: 0...1), y: Axis("share"),
            series: histograms),
          Panel(
            "Their standard deviation", x: Axis("stage"), y: Axis(""),
            series: [
              Series("over images", x: stages, y: overImages, style: .path),
              Series("over classes", x: stages, y: overClasses, style: .path),
              Series("over channels", x: stages, y: overChannels, style: .path),
            ]),
        ])
    ]
    return result
  }

  /// The standard deviation of each column of `[N, C]`, averaged over columns.
  private func spread(of weights: Tensor) -> Double {
    Double(weights.standardDeviation(along: 0).mean().scalar)
  }
}
