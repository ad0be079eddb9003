import GannetTensor

/// Why a model could not be prepared to predict.
public enum PredictorError: Error, CustomStringConvertible {
  /// What it does to its input, or to what follows from it.
  case untraceable(String)
  /// What changes with the number of examples.
  case dependsOnBatch(String)
  /// The largest difference between the model's result and that of its operations, relative to the
  /// largest value.
  case differs(Float)

  public var description: String {
    switch self {
    case .untraceable(let what):
      "the model \(what) of a value that depends on its input, which can't be prepared; call the "
        + "model itself in evaluating { }"
    case .dependsOnBatch(let what):
      "the model can't be prepared for any number of examples: \(what); call the model itself in "
        + "evaluating { }"
    case .differs(let difference):
      "the model's result changes by \(difference) when its operations run on another input; it may "
        + "decide by its input, or by random numbers; call the model itself in evaluating { }"
    }
  }
}

extension Predictor {
  /// The operations of `body`, found by running it on one and on two examples.
  static func prepared(
    _ inputs: [GraphValue], _ batchAxis: Int, _ body: ([GraphValue]) -> [GraphValue]
  ) throws(PredictorError) -> GraphExecution {
    let trace = try BatchTrace("Predictor", inputs, batchAxis, body)
    let execution = try trace.execution(of: trace.graph.fused())
    _ = execution(trace.one)  // packs the weights for single examples
    return execution
  }
}
