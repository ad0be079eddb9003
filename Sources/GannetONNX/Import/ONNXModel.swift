#if ONNX
import Foundation
import GannetData
import GannetNN
import GannetTensor

/// A model from an ONNX file of opset 11 to 28, which predicts and can be trained further.
///
///     let model = try ONNXModel(contentsOf: url)
///     let scores = try model(["input": images])["output"]!
///     let predictor = try Predictor(model, example: images)
///
/// Its tensors of floats with an axis or more are its parameters, under their names in the file, but for
/// the statistics of batch norms, which are buffers. Batch norm and dropout run in evaluation mode.
///
/// A file whose operators can't compute what it asks for, such as a sum of shapes that don't broadcast,
/// throws where inputs and results are named; a call with one tensor, as a `Layer`, stops with the same
/// message.
public final class ONNXModel: Layer, NamedParts, CustomReflectable {
  public static let partNames = ["weights": "", "statistics": ""]

  /// The names of the inputs that a call takes, in the file's order.
  public let inputNames: [String]
  /// The names of the results.
  public let outputNames: [String]

  /// The most steps that loops of a file take in a call, which bounds how long a file can run.
  private static let mostSteps = 1 << 20

  private let file: ImportedFile
  private let graph: ImportedGraph
  private let weights: [String: Parameter]
  private let statistics: [String: Buffer]
  private let constants: [String: GraphValue]

  /// Reads a model, with its weights.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - largestValue: The most elements of a value whose size the model computes, 2^30 by default, 4 GB:
  ///     a call that would make a larger one throws.
  /// - Throws: `FileError`, if the file is missing or damaged, or has operators that are not supported,
  ///   which are all named.
  public init(contentsOf url: URL, largestValue: Int = 1 << 30) throws {
    file = ImportedFile(url, largestValue: largestValue)
    graph = try ImportedGraph(file)
    (inputNames, outputNames) = (graph.inputs.map(\.name), graph.outputs)
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

  /// The results by name for inputs by name.
  ///
  /// - Throws: `FileError` with the file, the node and its operator, where the model can't compute them, and
  ///   where the inputs are not those that it declares.
  public func callAsFunction(
    _ tensors: [String: Tensor] = [:], integers: [String: IntTensor] = [:]
  ) throws -> [String: Tensor] {
    let values = tensors.mapValues { GraphValue.tensor($0) }
      .merging(integers.mapValues { .integers($0) }) { first, _ in first }
    let results = try run(values)
    return Dictionary(uniqueKeysWithValues: zip(outputNames, results.map(\.floats)))
  }

  /// The result for `x`, of a model with one input and one result. Stops where the model can't compute it.
  public func callAsFunction(_ x: Tensor) -> Tensor { only(.tensor(x)) }

  /// The result for `tokens`, of a model with one input and one result. Stops where the model can't
  /// compute it.
  public func callAsFunction(_ tokens: IntTensor) -> Tensor { only(.integers(tokens)) }

  private func only(_ value: GraphValue) -> Tensor {
    guard inputNames.count == 1, outputNames.count == 1 else {
      fail("ONNXModel: one input and one result, but it has \(inputNames) and \(outputNames)")
    }
    do {
      return try run([inputNames[0]: value])[0].floats
    } catch { fail("ONNXModel: \(error)") }
  }

  private func run(_ inputs: [String: GraphValue]) throws -> [GraphValue] {
    guard inputs.count == inputNames.count, inputNames.allSatisfy({ inputs[$0] != nil }) else {
      throw file.fault(
        "the inputs are \(inputNames), and those given \(inputs.keys.sorted())", .unsupported)
    }
    for input in graph.inputs { try input.check(inputs[input.name]!, file) }
    let mostSteps = min(file.largestValue, Self.mostSteps)
    let scope = Scope(inputs, mostSteps: mostSteps) { [weights, statistics, constants] name in
      weights[name].map { .tensor($0.value) } ?? statistics[name].map { .tensor($0.value) }
        ?? constants[name]
    }
    return try graph.run(in: scope)
  }
}
#endif
