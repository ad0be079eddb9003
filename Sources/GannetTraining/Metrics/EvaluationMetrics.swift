import GannetData
import GannetTensor

/// The metrics that a ``Trainer`` accumulates over the batches of an evaluation, by name.
///
/// ```swift
/// trainer.metrics = EvaluationMetrics(["f1": F1Score(.macro), "auroc": AUROC()])
/// ```
public struct EvaluationMetrics<Batch> {
  /// The metrics of one evaluation.
  struct Accumulation {
    /// Adds a batch with the objective's predictions for it.
    let add: (Batch, Tensor?) -> Void
    let values: () -> [String: Double]
  }

  /// Whether they compare the objective's predictions.
  let needsPredictions: Bool
  /// Begins an evaluation.
  let start: () -> Accumulation

  /// Makes metrics that compare the predictions which the trainer's objective has computed for its
  /// loss with a batch's targets: there is no second forward pass.
  ///
  /// - Parameter metrics: Metrics of one type of targets, which an evaluation starts from
  ///   ``Metric/reset()``.
  public init<Inputs, Targets>(_ metrics: KeyValuePairs<String, any Metric<Targets>>)
  where Batch == GannetData.Batch<Inputs, Targets> {
    self.init(metrics, needsPredictions: true) { ($1!, $0.targets) }
  }

  /// Makes metrics that compare the `outputs` of a batch, such as those of another model.
  ///
  /// - Parameters:
  ///   - metrics: Metrics of one type of targets, which an evaluation starts from
  ///     ``Metric/reset()``.
  ///   - outputs: The predictions and targets of a batch, computed without gradients.
  public init<Targets>(
    _ metrics: KeyValuePairs<String, any Metric<Targets>>,
    outputs: @escaping (Batch) -> (predictions: Tensor, targets: Targets)
  ) {
    self.init(metrics, needsPredictions: false) { batch, _ in outputs(batch) }
  }

  private init<Targets>(
    _ metrics: KeyValuePairs<String, any Metric<Targets>>, needsPredictions: Bool,
    outputs: @escaping (Batch, Tensor?) -> (predictions: Tensor, targets: Targets)
  ) {
    self.needsPredictions = needsPredictions
    start = {
      var running = metrics.map { (name: $0.key, metric: $0.value) }
      for index in running.indices { running[index].metric.reset() }
      return Accumulation(
        add: { batch, predictions in
          let (predictions, targets) = outputs(batch, predictions)
          for index in running.indices {
            running[index].metric.update(predictions: predictions, targets: targets)
          }
        },
        values: {
          Dictionary(running.map { ($0.name, $0.metric.value) }, uniquingKeysWith: { $1 })
        })
    }
  }
}
