import GannetTensor

/// A trainable tensor of a module: a leaf of the tape whose identity is independent of its value.
public final class Parameter {
  private var leaf: Tensor

  /// Makes a parameter with the initial `value`, detached from its tape.
  public init(_ value: Tensor) { leaf = value.contiguous().requiringGradient() }

  /// The value: a leaf that accumulates gradients, or a constant while frozen.
  ///
  /// A new value must have the same shape. It can be changed in place in `withoutGradients { }`, as
  /// optimizers do.
  public var value: Tensor {
    get { isFrozen ? leaf.detached() : leaf }
    _modify {
      let node = leaf.node!
      yield &leaf
      adopt(node)
    }
    set {
      let node = leaf.node!
      leaf = newValue
      adopt(node)
    }
  }

  private func adopt(_ node: Node) {
    guard leaf.shape == node.shape else { failShapes("Parameter.value", node.shape, leaf.shape) }
    if !leaf.isContiguous { leaf = leaf.contiguous() }
    leaf.node = node
  }

  /// The accumulated gradient, or nil; `Optimizer.zeroGradients()` clears it.
  public var gradient: Tensor? {
    get { leaf.gradient }
    set { leaf.gradient = newValue }
  }

  /// The sizes of the axes.
  public var shape: Shape { leaf.shape }

  /// Whether the value is a constant, which gets no gradient and which no optimizer changes.
  public var isFrozen = false {
    didSet { if isFrozen { gradient = nil } }
  }

  /// Whether a state dictionary has the transposed matrix, as GPT-2's of Hugging Face.
  package var isStoredTransposed = false

  /// The property path for messages and drawings, such as `features.0.weight`, from the largest
  /// module whose ``Module/parameters`` have been accessed; empty before.
  ///
  /// Unlike it, ``Parameters/names`` and state dictionaries have names from their own module.
  public private(set) var name = "" {
    didSet { node.name = name }
  }

  /// Takes the name from a walk, unless it has one from a larger module.
  func adopt(name path: String) {
    func depth(_ path: String) -> Int { path.utf8.count { $0 == UInt8(ascii: ".") } }
    if path != name, depth(path) >= depth(name) { name = path }
  }

  package var node: Node { leaf.node! }
}

/// State of a module that is saved with the parameters but not trained, such as a running mean.
public final class Buffer {
  /// The value; a new one must have the same shape.
  public var value: Tensor {
    didSet {
      guard value.shape == oldValue.shape else {
        failShapes("Buffer.value", oldValue.shape, value.shape)
      }
    }
  }

  /// Whether a loaded state dictionary may lack it, which leaves the value unchanged.
  public let isOptional: Bool

  /// Makes a buffer with the initial `value`.
  public init(_ value: Tensor, isOptional: Bool = false) {
    self.value = value.detached()
    self.isOptional = isOptional
  }
}
