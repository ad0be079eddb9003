import Foundation
import Gannet
import Reproduction

/// x(t) = sin(0.01 t) + noise of 0.2, t = 1 to 1,000; windows of four, the first 600 to train on.
struct SeriesTask: TrainingTask {
  /// The order of the autoregressive model.
  static let order = 4

  let series: [Float]
  private let features: Tensor
  private let targets: Tensor
  let training: DataLoader<TensorDataset<Tensor, Tensor>>
  let validation: DataLoader<TensorDataset<Tensor, Tensor>>
  let context: SectionContext

  init(_ context: SectionContext) {
    self.context = context
    let noise = Tensor(normal: [1000], standardDeviation: 0.2).scalars
    series = noise.enumerated().map { sin(0.01 * Float($0 + 1)) + $1 }
    let all = TensorDataset(autoregressing: series, order: Self.order)
    let examples = all.batch(at: Array(0..<all.count))
    (features, targets) = (examples.features, examples.targets)
    func loader(_ range: Range<Int>, shuffle: Bool) -> DataLoader<TensorDataset<Tensor, Tensor>> {
      DataLoader(
        TensorDataset(
          features: examples.features[range].contiguous(),
          targets: examples.targets[range].contiguous()),
        batchSize: 16, shuffle: shuffle, prefetch: 0)
    }
    training = loader(0..<600, shuffle: true)
    validation = loader(600..<all.count, shuffle: false)
  }

  /// The curves of `model`, trained by SGD on the mean squared error.
  func train(_ model: Linear) throws -> TrainingCurves {
    try fit(
      model, as: "linear", optimizer: SGD(model.parameters, learningRate: 0.01),
      loss: Objective(loss: { square($0($1.features) - $1.targets).mean() }),
      curves: .losses)
  }

  /// The least-squares linear model on the training examples, by LAPACK.
  func leastSquares() throws -> Linear {
    let x = features[0..<600]
    let design = concatenate([x, Tensor(ones: [600, 1])], along: 1)
    let solution = try GannetTensor.leastSquares(design, targets[0..<600])
    return Linear(
      weight: solution[0..<Self.order].transposed(), bias: solution[Self.order].flattened())
  }

  func trainingError(of model: Linear) -> Double {
    withoutGradients {
      Double(square(model(features[0..<600]) - targets[0..<600]).mean().scalar)
    }
  }

  // MARK: Further ahead

  /// For each window of the series, the value `steps` after it, predicted from predictions of those
  /// between.
  func forecast(_ model: Linear, steps: Int) -> [Double] {
    withoutGradients {
      var window = features
      for _ in 0..<steps {
        window = concatenate(
          [window.sliced(1..<Self.order, along: 1), model(window)], along: 1)
      }
      return window.sliced(Self.order - 1..<Self.order, along: 1).scalars.map(Double.init)
    }
  }

  /// The mean squared error of a forecast over those of its values that the series has.
  func error(of forecast: [Double], ahead steps: Int) -> Double {
    let truth = series[(Self.order + steps - 1)...].map(Double.init)
    return zip(forecast, truth).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / Double(truth.count)
  }

  /// The series up to `time`, continued by predictions from predictions.
  func freeRun(_ model: Linear, from time: Int) -> [Double] {
    var values = Array(series[..<time])
    withoutGradients {
      for _ in time..<series.count {
        let window = Tensor(Array(values.suffix(Self.order)), shape: [1, Self.order])
        values.append(model(window).scalars[0])
      }
    }
    return values.map(Double.init)
  }

  // MARK: Plots

  private var times: [Double] { (1...series.count).map(Double.init) }
  private var truth: Series {
    Series("labels", x: times, y: series.map(Double.init), style: .guide)
  }

  var seriesPlot: Plot {
    Plot(
      "series", title: "A sine under noise", x: Axis("time"), y: Axis("x"),
      series: [Series("", x: times, y: series.map(Double.init))])
  }

  /// Forecasts at the times that they are of.
  func plot(_ name: String, _ title: String, _ forecasts: some Sequence<(String, [Double])>) -> Plot
  {
    Plot(
      name, title: title, x: Axis("time"), y: Axis("x"),
      series: [truth]
        + forecasts.map { name, values in
          let steps = Int(name.drop { !$0.isNumber }) ?? 1
          let shown = values.prefix(series.count - Self.order - steps + 1)
          return Series(
            name, x: shown.indices.map { Double($0 + Self.order + steps) }, y: Array(shown))
        })
  }

  func freeRunPlot(oneAhead: [Double], free: [Double]) -> Plot {
    Plot(
      "free", title: "One step ahead, and from predictions alone after time 604",
      x: Axis("time"), y: Axis("x"),
      series: [
        truth,
        Series(
          "1 step ahead", x: oneAhead.indices.map { Double($0 + Self.order + 1) }, y: oneAhead),
        Series("many steps ahead", x: Array(times[604...]), y: Array(free[604...])),
      ])
  }
}
