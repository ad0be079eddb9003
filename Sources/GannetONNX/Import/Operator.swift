#if ONNX
import GannetTensor

/// A node's computation: from its inputs to its results. It throws where they don't fit.
typealias OperatorFunction = (_ x: NodeInputs) throws -> [GraphValue]

/// An operator of ONNX that Gannet's operations compute.
struct Operator: Sendable {
  /// The numbers of inputs that it may have.
  private let inputs: ClosedRange<Int>
  /// The number of first inputs that a node must have; nil for all of one that takes any number.
  private let required: Int?
  /// Makes the computation of a node; throws where its attributes are not supported.
  let make: @Sendable (ImportedNode) throws -> OperatorFunction

  /// Makes an operator; the least number of inputs are required by default, or all where any number is
  /// possible.
  init(
    _ inputs: ClosedRange<Int>, required: Int? = nil,
    _ make: @escaping @Sendable (ImportedNode) throws -> OperatorFunction
  ) {
    (self.inputs, self.make) = (inputs, make)
    self.required = required ?? (inputs.upperBound == .max ? nil : inputs.lowerBound)
  }

  /// Throws unless a node has as many inputs as the operator takes, with none of the required ones missing.
  func check(_ node: ImportedNode) throws {
    guard inputs.contains(node.inputs.count) else {
      throw node.fault("has \(node.inputs.count) inputs")
    }
    guard !node.inputs.prefix(required ?? node.inputs.count).contains("") else {
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
      elementwise, trigonometry, arithmetic, comparisons, products, convolutions, pooling, resizing,
      sampling, norms, reductions, ordering, selection, shaping, slicing, indexing, scattering,
      constants, recurrentLayers, attention, losses, detection, spectra, control, loops,
      sumsOfProducts, folding,
    ]
    return groups.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }()
}
#endif
