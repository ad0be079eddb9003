/// A step of the tape that computes several operations in one pass: a product, say, and an
/// epilogue, which is applied while the product is in the cache.
///
/// It holds the tensors saved for the gradients and computes these in one of two ways: in fused
/// passes that are not recorded, or, for gradients of gradients, by recorded operations. The
/// recorded form is that of the product alone; the backward pass through the epilogue is written
/// once, below.
protocol FusedStep {
  /// The operation's name on the tape.
  var operation: StaticString { get }

  /// The epilogue, with the tensor saved for its derivative; none by default.
  var epilogue: SavedEpilogue { get }

  /// The gradients of the inputs, in their order, from that of the result; nil where none is
  /// wanted.
  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?]

  /// The gradients of the inputs from `dy`, the gradient of the product, computed by recorded
  /// operations so that they can be differentiated again; the saved inputs are attached to the nodes
  /// `inputs`.
  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?]
}

extension FusedStep {
  var epilogue: SavedEpilogue { SavedEpilogue() }

  /// The gradient of the product from that of the result, by recorded operations.
  fileprivate func recordedThroughEpilogue(
    _ incoming: Tensor, of node: Node, _ wanted: WantedGradients
  ) -> Tensor {
    let epilogue = epilogue
    let gradient = epilogue.dropout.map { dropout(incoming, mask: $0) } ?? incoming
    switch epilogue.activation.derivativeSource {
    case .nothing: return gradient
    case .result: return epilogue.activation.chain(gradient, epilogue.kept!.attached(to: node))
    case .input:  // the product, as the result of this step without the epilogue
      let product = epilogue.kept!.recordedWithOutput(operation, node.inputs) { gradient, product in
        recordedGradients(gradient, of: product.inputs, wanted)
      }
      return epilogue.activation.chain(gradient, product)
    }
  }
}

/// The inputs of a step, by their index, whose gradients are wanted.
struct WantedGradients {
  private let flags: [Bool]

  init(_ inputs: [Node?]) { flags = inputs.map { $0 != nil } }

  /// Whether input `index` wants its gradient.
  subscript(index: Int) -> Bool { flags[index] }

  /// The gradient of input `index`, where it is wanted.
  func callAsFunction(_ index: Int, _ gradient: () -> Tensor) -> Tensor? {
    flags[index] ? gradient() : nil
  }
}

extension Tensor {
  /// This tensor as the result of `step` on `inputs`.
  consuming func recorded(as step: some FusedStep, _ inputs: [Node?]) -> Tensor {
    let wanted = WantedGradients(inputs)
    return recordedWithOutput(step.operation, inputs) { gradient, node in
      guard Recording.isOn else { return step.gradients(gradient, wanted) }
      return step.recordedGradients(
        step.recordedThroughEpilogue(gradient, of: node, wanted), of: node.inputs, wanted)
    }
  }
}
