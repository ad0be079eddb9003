import Foundation
import Gannet
import Reproduction

extension Section {
  /// A sine under noise, predicted from the four values before: by descent, by least squares, and further
  /// and further ahead.
  static let sequence = Section(
    "sequence", title: "Autoregressive models", reference: "9.1, sequence", seconds: 1, epochs: 5,
    published: .sequence + .sequenceClaims
  ) { context in
    try context.seeded {
      let task = SeriesTask()
      let model = Linear(SeriesTask.order, 1)
      var result = SectionResult()
      let curves = task.train(model, epochs: context.epochs)
      result.add(curves)

      let optimum = try task.leastSquares()
      result["training error, descent beside the optimum"] =
        task.trainingError(of: model) / task.trainingError(of: optimum)

      let ahead = [1, 4, 16, 64]
      let forecasts = ahead.map { task.forecast(model, steps: $0) }
      for (steps, forecast) in zip(ahead, forecasts) {
        result["error \(steps) ahead"] = task.error(of: forecast, ahead: steps)
      }
      let free = task.freeRun(model, from: 604)
      result["size of the free run's last 100 values"] =
        (free.suffix(100).map { $0 * $0 }.reduce(0, +) / 100).squareRoot()
      result.plots = [
        task.seriesPlot,
        Plot(
          "curves", title: "A linear autoregressive model", curves: curves.curves,
          published: .sequence),
        task.plot("ahead", "Predictions k steps ahead", zip(ahead.map { "k=\($0)" }, forecasts)),
        task.freeRunPlot(oneAhead: forecasts[0], free: free),
      ]
      return result
    }
  }
}
