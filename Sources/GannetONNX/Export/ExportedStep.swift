#if ONNX
import GannetTensor

/// An operation of a graph that can be written as nodes.
protocol ExportableOperation: GraphOperation {
  /// Writes the nodes that compute it, and returns the names of its results.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String]
}

/// The inputs of an operation that is written.
struct ExportedStep {
  /// An input: the name of a value, or a constant that has no name before it is asked for.
  struct Input {
    let shape: Shape
    let constant: GraphValue?
    /// The name of the parameter that a constant is.
    let parameterName: String?
    let name: () -> String
  }

  let inputs: [Input?]
  /// How the operation's sizes follow from the number of examples.
  let sizes: [Graph.SizeRule]

  var count: Int { inputs.count }

  /// The name of input `index`.
  subscript(index: Int) -> String { inputs[index]!.name() }

  /// The name of input `index`; empty where it is missing.
  func optional(_ index: Int) -> String {
    has(index) ? inputs[index]!.name() : ""
  }

  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  func shape(_ index: Int) -> Shape { inputs[index]!.shape }

  func rank(_ index: Int) -> Int { inputs[index]!.shape.rank }

  /// Input `index`, a tensor that does not depend on the model's inputs; nil where it does.
  func constant(_ index: Int) -> Tensor? {
    guard case .tensor(let tensor) = inputs[index]?.constant else { return nil }
    return tensor
  }

  /// The name of the parameter that input `index` is, with `order` behind it; `order` for other
  /// constants.
  func parameterName(_ index: Int, inOrder order: String) -> String {
    inputs[index]?.parameterName.map { "\($0).\(order)" } ?? order
  }

  /// `axis` of input 0, counted from the first.
  func axis(_ axis: Int) -> Int { axis < 0 ? axis + rank(0) : axis }
}
#endif
