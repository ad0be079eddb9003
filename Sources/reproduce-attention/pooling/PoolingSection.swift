import Gannet
import Reproduction

extension Section {
  /// Nadaraya-Watson estimates of a noisy curve by four kernels and four widths, and with a learned
  /// width.
  static let pooling = Section(
    "pooling", title: "Attention pooling",
    reference: "11.1, queries-keys-values; 11.2, attention-pooling",
    seconds: 1, published: PoolingFigures.all
  ) { context in
    context.seeded {
      let curve = NoisyCurve(40, noise: 1) { 2 * sin($0) + $0 }
      var result = SectionResult()
      result.add(kernels(curve))
      result.add(widths(curve))
      result.add(learnedWidth())
      result.add(identity)
      return result
    }
  }

  private static let fourKernels: [(title: String, kernel: PoolingKernel)] = [
    ("Gaussian", .gaussian()), ("boxcar", .boxcar), ("constant", .constant),
    ("Epanechikov", .epanechikov),
  ]

  private static func kernels(_ curve: NoisyCurve) -> SectionResult {
    var result = SectionResult()
    let distances: Tensor = [[0, 0.5, 1, 2]]
    for (kernel, figures) in zip(fourKernels, PoolingFigures.kernels) {
      result.add(figures, kernel.kernel(distances))
    }
    let fits = fourKernels.map { title, kernel in
      let (output, weights) = curve.pooled(kernel)
      return (title: title, output: output, weights: weights)
    }
    let (gaussian, boxcar, constant, epanechikov) = (
      fits[0].output, fits[1].output, fits[2].output, fits[3].output
    )
    result[PoolingFigures.rows] = fits.map(\.weights.largestDifferenceFromSumOne).max()
    result[PoolingFigures.constant] = Double(abs(constant - curve.y.mean()).max().scalar)
    result[PoolingFigures.likeness] = [
      (gaussian, boxcar), (gaussian, epanechikov), (boxcar, epanechikov),
    ].map(rootMeanSquare).max()
    result[PoolingFigures.useful] =
      rootMeanSquare(constant, curve.truth)
      - [gaussian, boxcar, epanechikov].map { rootMeanSquare($0, curve.truth) }.max()!
    result[PoolingFigures.lowest] = Double(gaussian.min().scalar)
    result[PoolingFigures.highest] = Double(gaussian.max().scalar)
    result[PoolingFigures.smoothing] = range(gaussian) / range(curve.truth)
    result.plots = [shapes] + curve.plots("kernels", "Four kernels", fits)
    return result
  }

  /// The kernels at -2.5 to 2.4.
  private static var shapes: Plot {
    let x = Tensor((-25..<25).map { Float($0) / 10 })
    return Plot(
      "kernels", title: "Kernels of the distance",
      panels: fourKernels.map { title, kernel in
        Panel(
          title, x: Axis("distance"), y: Axis("weight", range: 0...1.1),
          series: [Series("", x: x.numbers, y: kernel(x).numbers)])
      }, columns: 2)
  }

  private static func widths(_ curve: NoisyCurve) -> SectionResult {
    let fits = [0.1, 0.2, 0.5, 1].map { (width: Float) in
      let (output, weights) = curve.pooled(.gaussian(width: width))
      return (title: "width \(width)", output: output, weights: weights)
    }
    let steps = fits.map { abs($0.output[1..<50] - $0.output[0..<49]).mean().scalar }
    let keys = fits.map { effectiveKeys($0.weights) }
    return SectionResult(
      figures: [
        PoolingFigures.narrowLowest: Double(fits[0].output.min().scalar),
        PoolingFigures.narrowHighest: Double(fits[0].output.max().scalar),
        PoolingFigures.roughness: Double(steps[0] / steps[3]),
        PoolingFigures.focus: zip(keys.dropFirst(), keys).map { $0 - $1 }.min()!,
      ], plots: curve.plots("widths", "Gaussian kernels", fits),
      notes: zip(fits, keys).map { fit, count in
        "\(fit.title): \((count * 10).rounded() / 10) points count for an estimate"
      })
  }

  /// The first edition's training: 50 points, 5 steps at a learning rate of 0.5.
  private static func learnedWidth() -> SectionResult {
    let curve = NoisyCurve(50, noise: 0.5) { 2 * sin($0) + pow($0, 0.8) }
    var model = LearnedWidth(curve)
    let before = model.weights(curve.queries).detached()
    let losses = model.train(steps: 5, learningRate: 0.5)
    let after = model.weights(curve.queries).detached()
    let fits = [("before", before), ("after", after)].map { title, weights in
      let output = matmul(weights, curve.y.unsqueezed(at: 1)).squeezed(at: 1)
      return (title: "\(title) training", output: output, weights: weights)
    }
    return SectionResult(
      figures: [
        PoolingFigures.firstLoss: losses[0], PoolingFigures.lastLoss: losses[4],
        PoolingFigures.learning: losses[4] / losses[0],
        PoolingFigures.sharpening: effectiveKeys(after) / effectiveKeys(before),
      ], plots: curve.plots("learned", "A learned width", fits))
  }

  /// Each of ten queries has its own key alone: section 11.1's heat map.
  private static var identity: SectionResult {
    let places = Tensor(rangeFrom: 0, to: 10)
    let weights = kernelPooling(query: places, key: places, value: places, kernel: .boxcar).weights
    let own = Tensor((0..<100).map { $0 % 11 == 0 ? 1 : 0 }, shape: [10, 10])
    return SectionResult(
      figures: [PoolingFigures.identity: largestDifference(weights, own)],
      plots: [
        Plot("identity", title: "Ten queries, ten keys", panels: [Panel(attention: weights)])
      ])
  }
}
