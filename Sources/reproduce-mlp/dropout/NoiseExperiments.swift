import Gannet
import Reproduction

/// Section 5.6.1: training a linear model on inputs with noise of mean 0 amounts to a penalty on
/// its weights (Bishop, 1995).
struct BishopNoise {
  /// The relative distances from the ridge solution on clean inputs of the least-squares solution
  /// on noisy copies, and of the plain least-squares solution.
  let noisyAgainstRidge: Double
  let plainAgainstRidge: Double

  /// 40 examples with 10 inputs, each copied `copies` times under noise of the standard deviation
  /// 0.5.
  init(copies: Int) throws {
    let deviation: Float = 0.5
    let x = Tensor(normal: [40, 10])
    let y = matmul(x, Tensor(normal: [10, 1])) + Tensor(normal: [40, 1], standardDeviation: 0.1)

    var products = (xx: Tensor(zeros: [10, 10]), xy: Tensor(zeros: [10, 1]))
    for _ in 0..<copies {
      let noisy = x + Tensor(normal: x.shape, standardDeviation: deviation)
      products.xx += matmul(noisy, noisy, transposingA: true)
      products.xy += matmul(noisy, y, transposingA: true)
    }
    let noisy = try solve(products.xx / Float(copies), products.xy / Float(copies))

    let xx = matmul(x, x, transposingA: true)
    let xy = matmul(x, y, transposingA: true)
    let penalty = Float(x.shape[0]) * deviation * deviation
    let ridge = try solve(xx + penalty * Tensor(identity: 10), xy)
    let plain = try solve(xx, xy)
    func distance(_ w: Tensor) -> Double { Double((w - ridge).norm().scalar / ridge.norm().scalar) }
    noisyAgainstRidge = distance(noisy)
    plainAgainstRidge = distance(plain)
  }
}

/// Section 5.6.1: how accuracy falls as noise is added to the pixels.
struct PixelNoise {
  let deviations: [Float] = [0, 0.1, 0.2, 0.3, 0.4, 0.5]

  /// The accuracy of `model` under each deviation; the same noise for every model.
  func accuracies(_ model: some Layer, _ task: ImageTask) -> [Double] {
    model.evaluating {
      deviations.map { deviation in
        var stream = RandomStream(seed: 0)
        let values = task.validation.map { batch in
          let noise = Tensor(
            normal: batch.images.shape, standardDeviation: deviation, using: &stream)
          return accuracy(model(batch.images + noise), batch.labels)
        }
        return values.reduce(0, +) / Double(values.count)
      }
    }
  }

  func plot(_ curves: KeyValuePairs<String, [Double]>) -> Plot {
    Plot(
      "pixel-noise", title: "Accuracy under noise on the pixels",
      x: Axis("standard deviation of the noise"), y: Axis("accuracy"),
      series: curves.map { Series($0.key, x: deviations.map(Double.init), y: $0.value) })
  }
}
