import GannetNN
import GannetTensor

/// A trained model that several tasks may call at once.
///
/// It has a model of its own that nothing changes any more: in prediction mode, with the values of
/// a state dictionary.
///
///     let predictor = try Predictor(of: MultilayerPerceptron.concise(), state: model.stateDictionary)
///     async let first = predictor(firstImages)
///     async let second = predictor(secondImages)
public struct Predictor: @unchecked Sendable {
  private let model: any Layer

  /// A predictor with the values of `state`.
  ///
  /// - Parameters:
  ///   - model: A model made for the predictor, which nobody else keeps.
  ///   - state: Values for all its parameters and buffers.
  /// - Throws: `StateError` where they don't fit.
  public init(of model: sending some Layer, state: StateDictionary) throws {
    try model.load(state)
    model.eval()
    self.model = model
  }

  /// The model's result for `x`. Nothing is recorded.
  public func callAsFunction(_ x: sending Tensor) -> sending Tensor {
    nonisolated(unsafe) let input = x
    // The result is computed here and shares no storage that anybody writes to.
    nonisolated(unsafe) let result = withoutGradients { model(input) }
    return result
  }
}
