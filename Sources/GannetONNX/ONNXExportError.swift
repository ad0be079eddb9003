import GannetNN

/// Why a model could not be written as a graph of ONNX's operators.
public enum ONNXExportError: Error, CustomStringConvertible {
  /// A trace does not follow the model, as when it is prepared to predict.
  case trace(PredictorError)
  /// The model can't be written for any number of time steps; the text says why.
  case dependsOnSteps(String)
  /// All operations that ONNX's operators can't compute.
  case unsupported([String])

  public var description: String {
    switch self {
    case .trace(let error):
      "\(error.reason); write this part of the model with tensors' operations alone"
    case .dependsOnSteps(let what):
      "the model can't be written for any number of time steps: \(what); leave out timeAxis"
    case .unsupported(let operations):
      "there are no operators for \(operations.joined(separator: "; ")); write these parts of the "
        + "model with other operations"
    }
  }
}
