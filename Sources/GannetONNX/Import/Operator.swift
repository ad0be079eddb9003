#if ONNX
import GannetTensor

/// A node's computation: from its inputs to its results.
typealias OperatorFunction = (_ x: NodeInputs) -> [GraphValue]

/// An operator of ONNX that Gannet's operations compute.
struct Operator: Sendable {
  /// The numbers of inputs that it may have.
  let inputs: ClosedRange<Int>
  /// Makes the computation of a node; throws where its attributes are not supported.
  let make: @Sendable (ImportedNode) throws -> OperatorFunction

  init(
    _ inputs: ClosedRange<Int>,
    _ make: @escaping @Sendable (ImportedNode) throws -> OperatorFunction
  ) {
    (self.inputs, self.make) = (inputs, make)
  }

  /// An operator without attributes and with one result, a tensor.
  static func tensors(
    _ inputs: ClosedRange<Int>, _ function: @escaping @Sendable (NodeInputs) -> Tensor
  ) -> Operator {
    Operator(inputs) { _ in { [.tensor(function($0))] } }
  }

  /// A function of one tensor.
  static func function(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    tensors(1...1) { function($0[0]) }
  }

  /// All operators by name.
  static let all: [String: Operator] = {
    let groups = [
      elementwise, arithmetic, products, images, norms, reductions, shaping, indexing, constants,
      recurrentLayers,
    ]
    return groups.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }()
}
#endif
