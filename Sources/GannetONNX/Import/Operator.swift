#if ONNX
import GannetTensor

/// A node's computation: from its inputs to its results. It throws where they don't fit.
typealias OperatorFunction = (_ x: NodeInputs) throws -> [GraphValue]

/// An operator of ONNX that Gannet's operations compute.
struct Operator: Sendable {
  /// The numbers of inputs that it may have, of which the least are required.
  private let inputs: ClosedRange<Int>
  /// Makes the computation of a node; throws where its attributes are not supported.
  let make: @Sendable (ImportedNode) throws -> OperatorFunction

  init(
    _ inputs: ClosedRange<Int>,
    _ make: @escaping @Sendable (ImportedNode) throws -> OperatorFunction
  ) {
    (self.inputs, self.make) = (inputs, make)
  }

  /// Throws unless a node has as many inputs as the operator takes, with none of the required ones missing.
  func check(_ node: ImportedNode) throws {
    guard inputs.contains(node.inputs.count) else {
      throw node.fault("has \(node.inputs.count) inputs")
    }
    let required = inputs.upperBound == .max ? node.inputs.count : inputs.lowerBound
    guard !node.inputs.prefix(required).contains("") else {
      throw node.fault("lacks one of its inputs")
    }
  }

  /// An operator without attributes and with one result, a tensor.
  static func tensors(
    _ inputs: ClosedRange<Int>, _ function: @escaping @Sendable (NodeInputs) throws -> Tensor
  ) -> Operator {
    Operator(inputs) { _ in { [.tensor(try function($0))] } }
  }

  /// A function of one tensor.
  static func function(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    tensors(1...1) { function($0[0]) }
  }

  /// All operators by name.
  static let all: [String: Operator] = {
    let groups = [
      elementwise, arithmetic, comparisons, products, convolutions, pooling, resizing, norms,
      reductions, ordering, shaping, slicing, indexing, constants, recurrentLayers, control,
    ]
    return groups.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }()
}
#endif
