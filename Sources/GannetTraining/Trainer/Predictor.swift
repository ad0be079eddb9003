import GannetNN
import GannetTensor

/// A trained model that several tasks can call concurrently.
///
/// It owns a model in evaluation mode with the values of a state dictionary, which never changes.
///
///     let predictor = try Predictor(of: MultilayerPerceptron.concise(), state: model.stateDictionary)
///     async let first = predictor(firstImages)
///     async let second = predictor(secondImages)
public struct Predictor: @unchecked Sendable {
  private let model: any Layer

  /// Makes a predictor with the values of `state`.
  ///
  /// - Parameters:
  ///   - model: A model made for the predictor, without other references.
  ///   - state: The values of all parameters and buffers.
  /// - Throws: `StateError` where they do not match the model.
  public init(of model: sending some Layer, state: StateDictionary) throws {
    try model.load(state)
    model.eval()
    self.model = model
  }

  /// The model's result for `x`, without gradient.
  public func callAsFunction(_ x: sending Tensor) -> sending Tensor {
    nonisolated(unsafe) let input = x
    // The result is computed here and does not share mutable storage.
    nonisolated(unsafe) let result = withoutGradients { model(input) }
    return result
  }
}
