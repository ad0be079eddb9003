import GannetData
import GannetNN
import GannetTensor

/// The metrics that a ``Trainer`` accumulates over the batches of an evaluation, by name.
///
/// ```swift
/// trainer.metrics = EvaluationMetrics(["f1": F1Score(.macro), "auroc": AUROC()], of: model)
/// ```
public struct EvaluationMetrics<Batch> {
  /// The metrics of one evaluation.
  struct Accumulation {
    let add: (Batch) -> Void
    let values: () -> [String: Double]
  }

  /// Begins an evaluation.
  let start: () -> Accumulation

  /// Makes metrics that compare the `outputs` of a batch.
  ///
  /// - Parameters:
  ///   - metrics: Metrics of one type of targets, which an evaluation starts from ``Metric/reset()``.
  ///   - outputs: The predictions and targets of a batch, computed without gradients.
  public init<Targets>(
    _ metrics: KeyValuePairs<String, any Metric<Targets>>,
    outputs: @escaping (Batch) -> (predictions: Tensor, targets: Targets)
  ) {
    start = {
      var running = metrics.map { (name: $0.key, metric: $0.value) }
      for index in running.indices { running[index].metric.reset() }
      return Accumulation(
        add: { batch in
          let (predictions, targets) = outputs(batch)
          for index in running.indices {
            running[index].metric.update(predictions: predictions, targets: targets)
          }
        },
        values: {
          Dictionary(running.map { ($0.name, $0.metric.value) }, uniquingKeysWith: { $1 })
        })
    }
  }

  /// Makes metrics that compare the outputs of `model` with the targets of a batch.
  public init<Targets>(
    _ metrics: KeyValuePairs<String, any Metric<Targets>>, of model: any Layer
  ) where Batch == GannetData.Batch<Tensor, Targets> {
    self.init(metrics) { (model($0.inputs), $0.targets) }
  }
}
