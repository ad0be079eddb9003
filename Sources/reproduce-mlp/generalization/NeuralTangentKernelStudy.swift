import Gannet
import Reproduction

/// Convergence of a wide network to its tangent kernel: with width, the kernel depends less on the
/// initial weights, changes less in training, and kernel regression predicts the trained network's
/// outputs.
struct TangentKernelStudy {
  private let images: Tensor
  private let targets: Tensor
  private let testImages: Tensor
  private let widths: [Int]
  /// The numbers of networks of each width that are initialized and trained.
  private let draws: (kernels: Int, trained: Int)
  private let steps: Int

  /// Pullovers, -1, and coats, 1, which look much alike; half of them to train on.
  init(_ set: SmallSet, _ context: SectionContext) {
    let labels = set.training.labels.scalars
    let chosen = labels.indices.filter { [2, 4].contains(labels[$0]) }
      .prefix(context.isQuick ? 40 : 200).map(Int32.init)
    let images = Self.normalized(set.training.images.slices(at: IntTensor(chosen)))
    let half = chosen.count / 2
    self.images = images[0..<half]
    testImages = images[half..<chosen.count]
    targets = Tensor(
      chosen[..<half].map { labels[Int($0)] == 2 ? -1 : 1 }, shape: [half, 1])
    widths = context.isQuick ? [64, 256] : [64, 256, 1_024, 4_096]
    draws = context.isQuick ? (2, 1) : (8, 3)
    steps = context.isQuick ? 50 : 200
  }

  /// Without what all images share, and of length 1: else one eigenvalue of the kernel is far above
  /// the others, and descent takes as much longer.
  private static func normalized(_ images: Tensor) -> Tensor {
    let centred = images - images.mean(along: 0)
    return centred / centred.norm(along: 1, keepingAxes: true)
  }

  /// The measurements at one width.
  private struct Measurement {
    /// The standard deviation of the kernel's entries over the draws, relative to the kernel.
    var spread = 0.0
    /// The relative change of the kernel in training, a mean over the networks.
    var drift = 0.0
    /// The relative distance of the trained network's predictions from the kernel's, a mean.
    var distance = 0.0
    /// The predictions of the first network by kernel and by training.
    var predictions: (kernel: [Double], network: [Double]) = ([], [])
  }

  func run() throws -> SectionResult {
    var result = SectionResult(figures: [TangentKernelFigures.formula: formulaError()])
    let found = try widths.map(measure)
    for (width, measurement) in zip(widths, found) {
      result[.ours("tangent kernel, width \(width): spread over draws")] = measurement.spread
      result[.ours("tangent kernel, width \(width): drift in training")] = measurement.drift
      result[TangentKernelFigures.distance(width: width)] = measurement.distance
    }
    let (narrow, wide) = (found.first!, found.last!)
    result[TangentKernelFigures.spread] = narrow.spread / wide.spread
    result[TangentKernelFigures.drift] = narrow.drift / wide.drift
    result[TangentKernelFigures.distance] = narrow.distance / wide.distance
    result.plots = [plot(found)]
    return result
  }

  /// The largest difference of the kernel by formula from that by the tape, beside the entry, for
  /// the pairs of a few images.
  private func formulaError() -> Double {
    let network = WideNetwork(inputSize: images.shape[1], width: widths[0])
    let few = images[0..<3]
    let kernel = network.tangentKernel(few, few)
    let errors = (0..<3).flatMap { row in
      (0...row).map { column in
        let byTape = network.tangentKernelByTape(few[row..<row + 1], few[column..<column + 1])
        let byFormula = kernel[row][column].scalar
        return Double(((byTape - byFormula) / byFormula).magnitude)
      }
    }
    return errors.max()!
  }

  private func measure(width: Int) throws -> Measurement {
    var (found, kernels) = (Measurement(), [Tensor]())
    for draw in 0..<draws.kernels {
      let network = WideNetwork(inputSize: images.shape[1], width: width)
      let kernel = network.tangentKernel(images, images)
      kernels.append(kernel)
      guard draw < draws.trained else { continue }
      let predicted = try regression(network, kernel)
      network.fit(images, targets, steps: steps)
      let actual = withoutGradients { network(testImages) }
      found.drift += relative(network.tangentKernel(images, images) - kernel, to: kernel)
      found.distance += relative(actual - predicted, to: predicted)
      if draw == 0 {
        found.predictions = (predicted.scalars.map(Double.init), actual.scalars.map(Double.init))
      }
    }
    found.drift /= Double(draws.trained)
    found.distance /= Double(draws.trained)
    let all = stack(kernels)
    found.spread = Double(
      sqrt(all.variance(along: 0).mean() / square(all.mean(along: 0)).mean()).scalar)
    return found
  }

  /// The limit of gradient descent for a constant kernel: kernel regression on the initial
  /// network's residuals.
  private func regression(_ network: WideNetwork, _ kernel: Tensor) throws -> Tensor {
    try withoutGradients {
      let weights = try solve(
        kernel, targets - network(images), assuming: .positiveDefinite)
      return network(testImages) + matmul(network.tangentKernel(testImages, images), weights)
    }
  }

  private func relative(_ difference: Tensor, to reference: Tensor) -> Double {
    Double((difference.norm() / reference.norm()).scalar)
  }

  private func plot(_ found: [Measurement]) -> Plot {
    let x = widths.map(Double.init)
    let curves = [
      ("spread over draws", found.map(\.spread)), ("drift in training", found.map(\.drift)),
      ("network against regression", found.map(\.distance)),
    ].map { Series($0.0, x: x, y: $0.1, style: .path) }
    let guide = Series(
      "1/√m", x: x, y: x.map { found[0].spread * (x[0] / $0).squareRoot() }, style: .guide)
    let scatter = [(widths.first!, found.first!), (widths.last!, found.last!)].map { width, found in
      Panel(
        "width \(width)", x: Axis("kernel regression"), y: Axis("trained network"),
        series: [
          Series("", x: [-2, 2], y: [-2, 2], style: .guide),
          Series("", x: found.predictions.kernel, y: found.predictions.network, style: .points),
        ])
    }
    return Plot(
      "tangent-kernel", title: "The neural tangent kernel of 784-m-1",
      panels: [
        Panel(
          "beside the kernel or the prediction", x: Axis("width m", log: true),
          y: Axis("", log: true), series: [guide] + curves)
      ] + scatter)
  }
}
