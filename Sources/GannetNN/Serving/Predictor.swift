import GannetTensor

/// A model that is prepared to predict: faster than the model itself, and safe to call from several
/// tasks at once.
///
/// It is made from a trace of the model's operations in evaluation mode, in which batch norms are folded
/// into the weights before them, sums and activations run in the pass before them, and dropout is gone.
/// Weights are packed and transformed once for all calls. A call runs these operations and nothing
/// else: no tape, and none of the model's own code.
///
///     let predictor = try Predictor(model, example: images)
///     let scores = predictor(images)  // as model.evaluating { model(images) }, to rounding
///
/// Preparing takes a run of the model on one example, and a first call, which packs the weights for
/// single examples. The first call with more examples may pack some weights in another form, too.
///
/// It takes any number of examples of the example's shape. It keeps the values that the weights have
/// now, and shares them with the model until that changes.
public struct Predictor: @unchecked Sendable {
  private let execution: GraphExecution
  /// The shape of each input with the size of the batch's axis left out.
  private let shapes: [Shape]
  private let batchAxis: Int

  /// Prepares `model` for inputs like `example`.
  ///
  /// - Parameters:
  ///   - model: The model; its mode is not changed.
  ///   - example: An input, `[N, ...]`, with one example or more; the model runs on the first of
  ///     them.
  /// - Throws: ``PredictorError`` where the model does what a list of operations can't do, such as
  ///   to decide by its input's values, or depends on the number of examples. Call the model then.
  public init(_ model: some Layer, example: Tensor) throws(PredictorError) {
    try self.init(model, example: example) { model($0) }
  }

  /// Prepares `body`, which calls `model`, for inputs like `example`.
  ///
  ///     let predictor = try Predictor(network, example: x, batchAxis: 1) { network($0).output }
  ///
  /// - Parameters:
  ///   - model: The model; its mode is not changed.
  ///   - example: An input; its axis `batchAxis` counts the examples.
  ///   - batchAxis: The axis of the examples, in the input and in the result; 0 by default.
  ///   - body: A function of the input and of `model`'s values alone.
  public init(
    _ model: some Module, example: Tensor, batchAxis: Int = 0, _ body: (Tensor) -> Tensor
  ) throws(PredictorError) {
    try self.init(model, inputs: [.tensor(example)], batchAxis: batchAxis) { body($0[0].tensor) }
  }

  /// Prepares `body`, which calls `model`, for tokens like `example`.
  ///
  ///     let predictor = try Predictor(model, tokens: tokens) { model($0) }
  public init(
    _ model: some Module, tokens example: IntTensor, batchAxis: Int = 0,
    _ body: (IntTensor) -> Tensor
  ) throws(PredictorError) {
    try self.init(model, inputs: [.integers(example)], batchAxis: batchAxis) {
      body($0[0].integers)
    }
  }

  /// Prepares `model` for sources and targets, `[N, S]` and `[N, T]`, and the sources' lengths, `[N]`.
  public init(
    _ model: some SequenceToSequenceModel, source: IntTensor, target: IntTensor,
    sourceLengths: IntTensor
  ) throws(PredictorError) {
    let inputs = [source, target, sourceLengths].map { GraphValue.integers($0) }
    try self.init(model, inputs: inputs, batchAxis: 0) {
      model($0[0].integers, $0[1].integers, sourceLengths: $0[2].integers)
    }
  }

  package init(
    _ model: some Module, inputs: [GraphValue], batchAxis: Int,
    _ body: ([GraphValue]) -> Tensor
  ) throws(PredictorError) {
    let prepared = model.evaluating { () -> Result<GraphExecution, PredictorError> in
      Result { () throws(PredictorError) in
        try Predictor.prepared(inputs, batchAxis) { [.tensor(body($0))] }
      }
    }
    execution = try prepared.get()
    shapes = inputs.map { $0.shape.removing(batchAxis) }
    self.batchAxis = batchAxis
  }

  /// The model's result for `x`, without gradient. Stops at another shape than the example's, but for
  /// the number of examples.
  public func callAsFunction(_ x: Tensor) -> sending Tensor {
    // Values are copied on write, and the result has no node of the tape.
    nonisolated(unsafe) let result = run([.tensor(x)])
    return result
  }

  /// The model's result for `tokens`.
  public func callAsFunction(_ tokens: IntTensor) -> sending Tensor {
    nonisolated(unsafe) let result = run([.integers(tokens)])
    return result
  }

  /// The logits of `target` for `source` of `sourceLengths`.
  public func callAsFunction(
    _ source: IntTensor, _ target: IntTensor, sourceLengths: IntTensor
  ) -> sending Tensor {
    nonisolated(unsafe) let result = run(
      [source, target, sourceLengths].map { .integers($0) })
    return result
  }

  /// The names of its operations, in the order of their execution.
  package var operationNames: [String] { execution.operationNames }

  package func run(_ inputs: [GraphValue]) -> Tensor {
    guard inputs.count == shapes.count,
      zip(inputs, shapes).allSatisfy({
        $0.shape.rank == $1.rank + 1 && $0.shape.removing(batchAxis) == $1
      })
    else {
      let expected = shapes.map { $0.inserting(0, at: batchAxis) }
      fail(
        "Predictor: inputs \(inputs.map(\.shape)), expected \(expected), where axis \(batchAxis) is "
          + "the number of examples")
    }
    return execution(inputs)[0].tensor
  }
}
