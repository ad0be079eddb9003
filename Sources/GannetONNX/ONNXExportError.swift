import GannetNN

/// Why a model could not be written as a graph of ONNX's operators.
public enum ONNXExportError: Error, CustomStringConvertible {
  /// What the model does to its input, or to what follows from it.
  case untraceable(String)
  /// What changes with the number of examples.
  case dependsOnBatch(String)
  /// The largest difference between the model's result and that of its operations, relative to the
  /// largest value.
  case differs(Float)
  /// All operations that have no equal among ONNX's operators.
  case unsupported([String])

  init(_ error: PredictorError) {
    switch error {
    case .untraceable(let what): self = .untraceable(what)
    case .dependsOnBatch(let what): self = .dependsOnBatch(what)
    case .differs(let difference): self = .differs(difference)
    }
  }

  public var description: String {
    switch self {
    case .untraceable(let what):
      "the model \(what) of a value that depends on its input, which ONNX's operators can't do"
    case .dependsOnBatch(let what):
      "the model can't be written for any number of examples: \(what)"
    case .differs(let difference):
      "the model's result changes by \(difference) when its operations run on another input; it may "
        + "decide by its input, or by random numbers"
    case .unsupported(let operations):
      "there are no operators for \(operations.joined(separator: "; ")); write these parts of the "
        + "model with other operations"
    }
  }
}
