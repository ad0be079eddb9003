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
  /// The largest difference from the model's result, relative to its largest value.
  private static let tolerance: Float = 1e-4

  /// The operations of `body`, found by running it on one and on two examples.
  static func prepared(
    _ inputs: [GraphValue], _ batchAxis: Int, _ body: ([GraphValue]) -> [GraphValue]
  ) throws(PredictorError) -> GraphExecution {
    guard inputs.allSatisfy({ $0.shape.rank > batchAxis && $0.shape[batchAxis] > 0 }) else {
      fail("Predictor: examples \(inputs.map(\.shape)) without an example along axis \(batchAxis)")
    }
    let one = inputs.map { $0.examples([0], batchAxis) }
    let two = inputs.map { $0.twoExamples(batchAxis) }
    let graph: Graph
    let expected: Tensor
    do throws(TraceError) {
      let (first, _) = try Trace.graph(of: body, on: one)
      let (second, results) = try Trace.graph(of: body, on: two)
      graph = try first.generalized(1, from: second, of: 2)
      expected = results[0].tensor
    } catch {
      switch error {
      case .untraceable(let what): throw .untraceable(what)
      case .irregular(let what): throw .dependsOnBatch(what)
      }
    }
    let execution = GraphExecution(graph.fused(), batchAxis: batchAxis)
    let result = execution(two)[0].tensor
    let difference =
      abs(result - expected).max().scalar / Swift.max(abs(expected).max().scalar, 1e-30)
    guard result.shape == expected.shape, difference <= tolerance else {
      throw .differs(difference)
    }
    _ = execution(one)  // packs the weights for single examples
    return execution
  }
}

extension GraphValue {
  fileprivate func examples(_ rows: [Int], _ axis: Int) -> GraphValue {
    switch self {
    case .tensor(let x): .tensor(x.detached().slices(at: IntTensor(rows), along: axis))
    case .integers(let x): .integers(x.slices(at: IntTensor(rows), along: axis))
    }
  }

  /// Two examples that differ from the first one: the last and the first, or, where there is but one,
  /// that with other values.
  fileprivate func twoExamples(_ axis: Int) -> GraphValue {
    let count = shape[axis]
    guard count == 1 else { return examples([count - 1, 0], axis) }
    switch self {
    case .tensor(let x):
      return .tensor(concatenate([x.detached() * 0.75 + 0.125, x.detached()], along: axis))
    case .integers(let x):
      let other = IntTensor(x.scalars.reversed(), shape: x.shape)
      return .integers(concatenate([other, x], along: axis))
    }
  }
}
