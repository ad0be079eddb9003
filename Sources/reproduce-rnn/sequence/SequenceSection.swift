import Foundation
import Gannet
import Reproduction

extension Section {
  /// A sine under noise, predicted from the four values before: by descent, by least squares, and
  /// further and further ahead; and from a summary of all values before.
  static let sequence = Section(
    "sequence", title: "Autoregressive models", reference: "9.1, sequence", seconds: 1, epochs: 5,
    published: SequenceFigures.all
  ) { context in
    try context.seeded {
      let task = SeriesTask(context)
      let model = Linear(SeriesTask.order, 1)
      var result = SectionResult()
      let curves = try task.train(model)
      result.add(curves, as: SequenceFigures.training)

      let optimum = try task.leastSquares()
      result[SequenceFigures.optimum] =
        task.trainingError(of: model) / task.trainingError(of: optimum)

      let ahead = SequenceFigures.steps
      let forecasts = ahead.map { task.forecast(model, steps: $0) }
      for (steps, forecast) in zip(ahead, forecasts) {
        result[SequenceFigures.error(ahead: steps)] = task.error(of: forecast, ahead: steps)
      }
      let free = task.freeRun(model, from: 604)
      result[SequenceFigures.freeRun] =
        (free.suffix(100).map { $0 * $0 }.reduce(0, +) / 100).squareRoot()

      let latent = LatentModel()
      task.train(latent, epochs: context.epochs)
      let latentForecasts = ahead.map { task.forecast(latent, steps: $0) }
      for (index, steps) in ahead.enumerated() {
        let error = task.error(of: latentForecasts[index], ahead: steps)
        result[SequenceFigures.latentError(ahead: steps)] = error
        result[SequenceFigures.latentBesideMarkov(ahead: steps)] =
          error / result[SequenceFigures.error(ahead: steps)]!
      }
      let influence = task.influence(of: 1, distance: 8, on: latent, and: model)
      result[SequenceFigures.latentInfluence] = influence.latent
      result[SequenceFigures.influence] = influence.markov
      result.plots = [
        task.seriesPlot,
        Plot("curves", title: "A linear autoregressive model", curves: curves.curves),
        task.plot("ahead", "Predictions k steps ahead", zip(ahead.map { "k=\($0)" }, forecasts)),
        task.freeRunPlot(oneAhead: forecasts[0], free: free),
        task.plot(
          "latent", "16 steps ahead, from four values and from a summary of all",
          [("Markov, k=16", forecasts[2]), ("latent, k=16", latentForecasts[2])]),
      ]
      return result
    }
  }
}
