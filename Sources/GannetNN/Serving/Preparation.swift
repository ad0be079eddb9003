import GannetTensor

/// Why a model could not be prepared to predict.
public enum PredictorError: Error, CustomStringConvertible {
  /// The model does something that a trace does not follow, such as to read values of a tensor that is
  /// computed from its input; the text names it.
  case untraceable(String)
  /// The model runs other operations, or other sizes of them, for two examples than for one; the text
  /// names the first difference.
  case dependsOnBatch(String)
  /// The operations that were traced for two examples give another result for one than the model; the
  /// largest difference, relative to the largest value of the result.
  case differs(Float)

  public var description: String { "\(reason); call the model itself in evaluating { }" }

  /// The reason that the model cannot be prepared, without advice.
  package var reason: String {
    switch self {
    case .untraceable(let what):
      "the model \(what) where that depends on its input, which a list of operations can't do"
    case .dependsOnBatch(let what):
      "the model's operations don't fit any number of examples: \(what)"
    case .differs(let difference):
      "the model's result changes by \(difference) of its largest value where the operations that were "
        + "traced for two examples run on one; it may depend on their number, or on random numbers"
    }
  }
}

extension Predictor {
  /// The operations of `body`, found by running it on one example.
  static func prepared(
    _ inputs: [GraphValue], _ batchAxis: Int, _ body: ([GraphValue]) -> [GraphValue]
  ) throws(PredictorError) -> GraphExecution {
    let trace = try BatchTrace("Predictor", inputs, batchAxis, body)
    return try trace.execution(of: trace.graph.fused())
  }
}
