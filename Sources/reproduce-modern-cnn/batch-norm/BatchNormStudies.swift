import Gannet
import Reproduction

/// The layer from raw tensors beside the library's.
struct LayerComparison {
  private let examples = 8

  func compare() -> SectionResult {
    var result = SectionResult()
    let vectors = (byHand: BatchNormByHand(10), library: BatchNorm1D(10))
    let maps = (byHand: BatchNormByHand(6), library: BatchNorm2D(6))
    let (x, images) = (
      Tensor(normal: [examples, 10], mean: 3), Tensor(normal: [examples, 6, 5, 5], mean: 3)
    )
    result[BatchNormFigures.byHand] = max(
      largestDifference(vectors.byHand(x), vectors.library(x)),
      largestDifference(maps.byHand(images), maps.library(images)))
    result[BatchNormFigures.runningMeansByHand] = largestDifference(
      vectors.byHand.runningMean.value, vectors.library.runningMean.value)
    // Both were initialized to 1 and moved by a tenth towards the batch's variance.
    func batchVariance(_ running: Buffer) -> Tensor { running.value - 0.9 }
    result[BatchNormFigures.varianceOf8] = Double(
      (batchVariance(vectors.library.runningVar)
        / batchVariance(vectors.byHand.runningVariance)).mean().scalar)
    return result
  }

}

/// The running averages of a trained network beside the exact statistics of the training images.
struct StatisticsComparison {
  private let task: ImageTask

  init(_ task: ImageTask) { self.task = task }

  func compare(_ model: BatchNormLeNet) throws -> SectionResult {
    var result = SectionResult()
    func accuracy() -> Double { task.accuracy(of: model, on: task.validation) }
    let running = (statistics: statistics(of: model), accuracy: accuracy())
    model.measureStatistics(over: task.training) { _ = model($0.images) }
    let exact = statistics(of: model)
    result[.ours("running averages: val_acc")] = running.accuracy
    result[BatchNormFigures.exactAccuracy] = accuracy()
    result[BatchNormFigures.runningMeans] =
      zip(running.statistics, exact).map { running, exact in
        Double((abs(running.mean - exact.mean) / sqrt(exact.variance)).mean().scalar)
      }.max()
    result[BatchNormFigures.runningVariances] =
      zip(running.statistics, exact).map { running, exact in
        Double((running.variance / exact.variance).mean().scalar)
      }.max()
    return result
  }

  private func statistics(of model: BatchNormLeNet) -> [(mean: Tensor, variance: Tensor)] {
    model.net.layers.compactMap { $0 as? BatchNorm }.map {
      ($0.runningMean.value, $0.runningVar.value)
    }
  }
}

/// The effect of the batch size, with the same network and images.
struct BatchSizeStudy {
  private let sizes = BatchNormFigures.batchSizes
  private let context: SectionContext

  init(_ context: SectionContext) { self.context = context }

  func run() throws -> SectionResult {
    var result = SectionResult()
    var accuracies: [Double] = []
    for size in sizes {
      let task = try ImageTask(
        context, batchSize: size, counts: (10_240, 10_000), quick: (1_024, 1_024))
      let training = try task.train(
        NormalizedLeNet.byHand(), as: "batches-of-\(size)", epochs: 1)
      accuracies.append(training.final(.validationAccuracy)!)
      result[BatchNormFigures.accuracy(batchSize: size)] = accuracies.last
    }
    result[BatchNormFigures.gradientBelow1] = gradientBelow(batchSize: 1)
    result[BatchNormFigures.gradientBelow2] = gradientBelow(batchSize: 2)
    result.plots = [
      Plot(
        "batch-sizes", title: "An epoch of 10,240 images in batches",
        x: Axis("images in a batch", log: true), y: Axis("val_acc", range: 0...1),
        series: [Series("", x: sizes.map(Double.init), y: accuracies, style: .path)])
    ]
    return result
  }

  /// The gradient that reaches a layer whose outputs are normalized over the batch.
  private func gradientBelow(batchSize: Int) -> Double {
    let layer = Linear(20, 10)
    let norm = BatchNormByHand(10)
    let labels = IntTensor((0..<batchSize).map { Int32($0) })
    crossEntropy(norm(layer(Tensor(normal: [batchSize, 20]))), labels).backward()
    return Double(abs(layer.weight.gradient!).max().scalar)
  }
}

/// Batch normalization before and after the activation.
struct PlaceStudy {
  private let context: SectionContext

  init(_ context: SectionContext) { self.context = context }

  func run() throws -> SectionResult {
    var result = SectionResult()
    var series: [Series] = []
    for (place, isAfter, figure) in [
      ("before", false, BatchNormFigures.before), ("after", true, BatchNormFigures.after),
    ] {
      let task = try ImageTask(context, batchSize: 128, quick: (1_024, 1_024))
      var network = NormalizedLeNet.batchNorm
      network.isAfterActivation = isAfter
      let training = try task.train(
        network(), as: "\(place)-activation", epochs: min(context.epochs, 3))
      result[.ours("\(place) the activation: train_loss")] = training.final(.trainLoss)
      result[figure] = training.final(.validationAccuracy)
      if let curve = training[.trainLoss] {
        series.append(
          Series("\(place) the activation", x: curve.epochs, y: curve.values))
      }
    }
    result.plots = [
      Plot(
        "place", title: "Batch normalization before and after the activation", x: Axis("epoch"),
        y: Axis("train_loss"), series: series)
    ]
    return result
  }
}

/// Training on one image at a time.
struct SingleImageStudy {
  private let context: SectionContext

  init(_ context: SectionContext) { self.context = context }

  func run() throws -> SectionResult {
    var result = SectionResult()
    for (file, network, figure) in [
      (
        "single-batch-norm-of-the-maps", NormalizedLeNet.convolutional,
        BatchNormFigures.singleBatchNorm
      ),
      ("single-layer-norm", NormalizedLeNet.layerNorm, BatchNormFigures.singleLayerNorm),
    ] {
      let task = try ImageTask(
        context, batchSize: 1, counts: (10_240, 10_000), quick: (512, 1_024))
      let training = try task.train(
        network(), as: file, learningRate: 0.05, epochs: 1)
      result[figure] = training.final(.validationAccuracy)
    }
    return result
  }
}
