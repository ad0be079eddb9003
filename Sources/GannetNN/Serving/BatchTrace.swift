import GannetTensor

/// The operations of a model for any number of examples, found by running it on one, and by following
/// the shapes alone for two.
package struct BatchTrace {
  package let graph: Graph
  /// The input and the results of the run on one example.
  private let example: [GraphValue]
  private let results: [GraphValue]
  /// The shapes of the results for one example and for two.
  package let outputShapes: [(one: Shape, two: Shape)]
  private let batchAxis: Int

  /// The largest difference from the model's results, relative to their largest value.
  private static let tolerance: Float = 1e-4

  /// Traces `body` on the first of the examples `inputs`, and the shapes of two.
  package init(
    _ caller: StaticString, _ inputs: [GraphValue], _ batchAxis: Int,
    _ body: ([GraphValue]) -> [GraphValue]
  ) throws(PredictorError) {
    guard inputs.allSatisfy({ $0.shape.rank > batchAxis && $0.shape[batchAxis] > 0 }) else {
      fail("\(caller): examples \(inputs.map(\.shape)) without an example along axis \(batchAxis)")
    }
    example = inputs.map { $0.examples([0], batchAxis) }
    self.batchAxis = batchAxis
    do throws(TraceError) {
      let (first, ofOne) = try Trace.graph(of: body, on: example)
      let two = inputs.map { $0.twoExamples(batchAxis) }
      let (second, ofTwo) = try Trace.graph(of: body, on: two, computesValues: false)
      graph = try second.generalized(from: first)
      results = ofOne
      outputShapes = zip(ofOne, ofTwo).map { (one: $0.shape, two: $1.shape) }
    } catch {
      switch error {
      case .untraceable(let what): throw .untraceable(what)
      case .irregular(let what): throw .dependsOnBatch(what)
      }
    }
  }

  /// `graph`, this trace's or what was made of it, ready to run: its weights are packed for single
  /// examples.
  ///
  /// The operations are those for two examples, so that what depends on their number unseen changes
  /// the result for one.
  ///
  /// - Throws: ``PredictorError/differs(_:)`` where it gives other results than the model.
  package func execution(of graph: Graph) throws(PredictorError) -> GraphExecution {
    let execution = GraphExecution(graph, batchAxis: batchAxis)
    for (value, wanted) in zip(execution(example), results) {
      guard case .tensor(let result) = value, case .tensor(let expected) = wanted else { continue }
      guard result.shape == expected.shape else { throw .differs(.infinity) }
      guard result.count > 0 else { continue }
      let difference =
        abs(result - expected).max().scalar / Swift.max(abs(expected).max().scalar, 1e-30)
      guard difference <= BatchTrace.tolerance else { throw .differs(difference) }
    }
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
