import Gannet
import Reproduction

/// A latent autoregressive model (section 9.1.1): a summary of all values so far, renewed with
/// each, and the next value from the summary alone.
final class LatentModel: Module {
  let summary = GRU(1, 16)
  let output = Linear(16, 1)

  /// After each of `values`, `[T, N, 1]`, the next one, likewise, and the summary, `[T, N, 16]`.
  ///
  /// - Parameter state: The summary before the first, `[1, N, 16]`; zeros where nil.
  func callAsFunction(
    _ values: Tensor, state: Tensor? = nil
  ) -> (next: Tensor, summaries: Tensor) {
    let (summaries, _) = summary(values, state: state)
    return (output(summaries), summaries)
  }
}

extension SeriesTask {
  /// Trains on all runs of 33 values among the first 604, which predict each value from those
  /// before it.
  func train(_ model: LatentModel, epochs: Int) {
    let runs = DataLoader(
      TensorDataset(autoregressing: Array(series[..<604]), order: 33), batchSize: 16,
      shuffle: true, prefetch: 0)
    let optimizer = Adam(model.parameters, learningRate: 0.01)
    for _ in 0..<epochs {
      for batch in runs {
        let values = batch.features.transposed().unsqueezed(at: 2)
        optimizer.zeroGradients()
        square(model(values[0..<32]).next - values[1..<33]).mean().backward()
        optimizer.step()
      }
    }
  }

  /// Forecasts as of a Markov model, from the summary of all values so far.
  func forecast(_ model: LatentModel, steps: Int) -> [Double] {
    withoutGradients {
      let (next, summaries) = model(Tensor(series, shape: [series.count, 1, 1]))
      // From here on, each time step is a separate example.
      var (value, state) = (next.transposed(0, 1), summaries.transposed(0, 1))
      for _ in 1..<steps { (value, state) = model(value, state: state) }
      return value.scalars.dropFirst(Self.order - 1).map(Double.init)
    }
  }

  /// The change of both models' one-step predictions of the last value by `change` of the value
  /// `distance` before it.
  func influence(
    of change: Float, distance: Int, on latent: LatentModel, and markov: Linear
  ) -> (latent: Double, markov: Double) {
    var changed = series
    changed[series.count - 1 - distance] += change
    func predictions(_ values: [Float]) -> (latent: Double, markov: Double) {
      let known = Array(values.dropLast())
      return withoutGradients {
        let next = latent(Tensor(known, shape: [known.count, 1, 1])).next
        let window = Tensor(Array(known.suffix(Self.order)), shape: [1, Self.order])
        return (Double(next.scalars.last!), Double(markov(window).scalars[0]))
      }
    }
    let (before, after) = (predictions(series), predictions(changed))
    return (abs(after.latent - before.latent), abs(after.markov - before.markov))
  }
}
