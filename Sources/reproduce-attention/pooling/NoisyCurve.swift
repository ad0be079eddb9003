import Foundation
import Gannet
import Reproduction

/// Points of a curve with noise, and the curve at the queries 0 to 4.9.
struct NoisyCurve {
  /// The training inputs, ascending, in 0 to 5.
  let x: Tensor
  /// The curve at `x` with normal noise.
  let y: Tensor
  /// The queries.
  let queries = Tensor((0..<50).map { Float($0) / 10 })
  /// The curve at the queries.
  let truth: Tensor

  init(_ count: Int, noise: Float, _ curve: (Tensor) -> Tensor) {
    x = Tensor(Tensor(uniform: [count], low: 0, high: 5).scalars.sorted())
    y = curve(x) + Tensor(normal: [count], standardDeviation: noise)
    truth = curve(queries)
  }

  /// The estimates at the queries and the weights, `[50, count]`.
  func pooled(_ kernel: PoolingKernel) -> (output: Tensor, weights: Tensor) {
    kernelPooling(query: queries, key: x, value: y, kernel: kernel)
  }

  /// Estimates beside the curve and the points.
  func panel(_ title: String, _ estimates: Tensor) -> Panel {
    Panel(
      title, x: Axis("x"), y: Axis("y"),
      series: [
        Series("estimate", x: queries.numbers, y: estimates.numbers),
        Series("curve", x: queries.numbers, y: truth.numbers),
        Series("points", x: x.numbers, y: y.numbers, style: .points),
      ])
  }

  /// Fits and weights by several kernels, as two plots; the weights have one scale of colours.
  func plots(
    _ name: String, _ title: String, _ fits: [(title: String, output: Tensor, weights: Tensor)]
  ) -> [Plot] {
    let largest = fits.map { Double($0.weights.max().scalar) }.max()!
    return [
      Plot(
        "\(name)-fits", title: "\(title): estimates",
        panels: fits.map { panel($0.title, $0.output) }, columns: 2),
      Plot(
        "\(name)-weights", title: "\(title): weights",
        panels: fits.map { fit in
          Panel(
            fit.title, x: Axis("point"), y: Axis("query"),
            heatMap: HeatMap(fit.weights.unstacked().map(\.numbers), range: 0...largest))
        }, columns: 2),
    ]
  }
}

/// The range of estimates.
func range(_ estimates: Tensor) -> Double {
  Double(estimates.max().scalar - estimates.min().scalar)
}

/// The root mean square of the differences.
func rootMeanSquare(_ a: Tensor, _ b: Tensor) -> Double {
  Double(sqrt(((a - b) * (a - b)).mean()).scalar)
}

/// The number of keys that count for a query, 1 / Σ w², on average over the queries.
func effectiveKeys(_ weights: Tensor) -> Double {
  Double((1 / (weights * weights).sum(along: 1)).mean().scalar)
}
