#if ONNX
import Foundation
import GannetData
import GannetNN
import GannetTensor

/// A model from an ONNX file of opset 13 to 23, which predicts and can be trained further.
///
///     let model = try ONNXModel(contentsOf: url)
///     let scores = try Predictor(model, example: images)(images)
///
/// Its tensors of floats with an axis or more are its parameters, under their names in the file, but for
/// the statistics of batch norms, which are buffers. Batch norm and dropout run in evaluation mode.
public final class ONNXModel: Layer, NamedParts, CustomReflectable {
  public static let partNames = ["weights": "", "statistics": ""]

  /// The names of the inputs that a call takes, in the file's order.
  public let inputNames: [String]
  /// The names of the results.
  public let outputNames: [String]

  private let weights: [String: Parameter]
  private let statistics: [String: Buffer]
  private let constants: [String: GraphValue]
  private let steps: [(node: ImportedNode, run: OperatorFunction)]

  /// Reads a model, with its weights.
  ///
  /// - Throws: `FileError`, if the file is missing or damaged, or has operators that are not supported,
  ///   which are all named.
  public init(contentsOf url: URL) throws {
    let graph = try ImportedGraph(ImportedFile(url))
    (inputNames, outputNames) = (graph.inputs, graph.outputs)
    steps = graph.steps
    var (weights, statistics) = ([String: Parameter](), [String: Buffer]())
    var constants: [String: GraphValue] = [:]
    for (name, value) in graph.initializers {
      guard case .tensor(let tensor) = value, tensor.rank > 0 else {
        constants[name] = value
        continue
      }
      if graph.statistics.contains(name) {
        statistics[name] = Buffer(tensor)
      } else {
        weights[name] = Parameter(tensor)
      }
    }
    (self.weights, self.statistics, self.constants) = (weights, statistics, constants)
  }

  /// The parameters and the buffers: nothing else of a model has parts.
  public var customMirror: Mirror {
    Mirror(self, children: ["weights": weights, "statistics": statistics])
  }

  /// The result for `x`, of a model with one input and one result.
  public func callAsFunction(_ x: Tensor) -> Tensor { only(.tensor(x)) }

  /// The result for `tokens`, of a model with one input and one result.
  public func callAsFunction(_ tokens: IntTensor) -> Tensor { only(.integers(tokens)) }

  /// The results by name for inputs by name.
  public func callAsFunction(
    _ tensors: [String: Tensor] = [:], integers: [String: IntTensor] = [:]
  ) -> [String: Tensor] {
    let values = tensors.mapValues { GraphValue.tensor($0) }
      .merging(integers.mapValues { .integers($0) }) { first, _ in first }
    let results = run(values)
    return Dictionary(uniqueKeysWithValues: zip(outputNames, results.map(\.floats)))
  }

  private func only(_ value: GraphValue) -> Tensor {
    guard inputNames.count == 1, outputNames.count == 1 else {
      fail("ONNXModel: one input and one result, but it has \(inputNames) and \(outputNames)")
    }
    return run([inputNames[0]: value])[0].floats
  }

  private func run(_ inputs: [String: GraphValue]) -> [GraphValue] {
    let missing = inputNames.filter { inputs[$0] == nil }
    guard missing.isEmpty, inputs.count == inputNames.count else {
      fail("ONNXModel: inputs \(inputs.keys.sorted()), expected \(inputNames)")
    }
    var values = inputs
    func value(_ name: String) -> GraphValue? {
      values[name] ?? weights[name].map { .tensor($0.value) }
        ?? statistics[name].map { .tensor($0.value) } ?? constants[name]
    }
    for (node, run) in steps {
      let results = run(NodeInputs(node, node.inputs.map(value)))
      for (name, result) in zip(node.outputs, results) where !name.isEmpty {
        values[name] = result
      }
    }
    return outputNames.map { value($0)! }
  }
}
#endif
