#if ONNX
import GannetTensor

extension ReshapeOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    // One size that follows from the number of examples is inferred; several are computed.
    if x.sizes.count(where: { !$0.isConstant }) < 2, !x.sizes.contains(.constant(0)) {
      return [graph.reshape(x[0], x.sizes.map { $0.isConstant ? $0(1) : -1 })]
    }
    return [graph.node("Reshape", [x[0], graph.vector(x.sizes)], ["allowzero": .int(1)])]
  }
}

extension FlattenOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let axis = x.rank(0) == 0 ? 0 : x.axis(axis)
    return [graph.reshape(x[0], Array(repeating: GraphWriter.same, count: axis) + [-1])]
  }
}

extension PermutationOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.transpose(x[0], order.map(x.axis))]
  }
}

extension SqueezeOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Squeeze", [x[0], graph.vector([x.axis(axis)])])]
  }
}

extension UnsqueezeOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.unsqueeze(x[0], [axis < 0 ? axis + x.rank(0) + 1 : axis])]
  }
}

extension ExpansionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.node("Expand", [x[0], graph.vector(x.sizes)])]
  }
}

extension DetachOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] { [x[0]] }
}

extension CopyOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] { [x[0]] }
}

extension ConversionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    [graph.cast(x[0], to: .float)]
  }
}

extension GraphWriter {
  /// A size that is the input's along the same axis.
  static let same = 0

  /// Reshapes `x` to `sizes`: one may be -1, which is inferred, and any ``same``.
  func reshape(_ x: String, _ sizes: [Int]) -> String { node("Reshape", [x, vector(sizes)]) }

  /// Permutes the axes of `x`.
  func transpose(_ x: String, _ order: [Int]) -> String {
    node("Transpose", [x], ["perm": .ints(order)])
  }

  /// Exchanges the last two axes of `x`.
  func transposeMatrices(_ x: String, rank: Int) -> String {
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return transpose(x, order)
  }

  /// Inserts axes of size 1 at `axes` of the result.
  func unsqueeze(_ x: String, _ axes: [Int]) -> String { node("Unsqueeze", [x, vector(axes)]) }

  /// Converts the elements of `x`.
  func cast(_ x: String, to type: Onnx_TensorProto.DataType) -> String {
    node("Cast", [x], ["to": .int(type.rawValue)])
  }
}
#endif
