import GannetTensor

/// A trainable tensor of a module: a leaf of the tape that keeps its identity while its value changes.
public final class Parameter {
  private var leaf: Tensor

  /// A parameter that starts as `value`, whose own place on a tape it leaves.
  public init(_ value: Tensor) { leaf = value.contiguous().requiringGradient() }

  /// The value, as a leaf that collects gradients, or without one while frozen.
  ///
  /// A new value must have the same shape; it may be set in place under `withoutGradients { }`, as
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

  /// What backward passes have accumulated, or nil; `Optimizer.zeroGradients()` clears it.
  public var gradient: Tensor? {
    get { leaf.gradient }
    set { leaf.gradient = newValue }
  }

  /// The sizes of the axes.
  public var shape: Shape { leaf.shape }

  /// Whether the value is a constant: no gradient flows to it and no optimizer changes it.
  public var isFrozen = false {
    didSet { if isFrozen { gradient = nil } }
  }

  /// The property path for messages and drawings, such as `features.0.weight`: that in the largest module
  /// whose ``Module/parameters`` have been asked for, empty before.
  ///
  /// The names that ``Parameters/names`` and state dictionaries have are those of their own module.
  public private(set) var name = "" {
    didSet { node.name = name }
  }

  /// Takes the name of a walk, unless that of a larger one is there.
  func adopt(name path: String) {
    func depth(_ path: String) -> Int { path.utf8.count { $0 == UInt8(ascii: ".") } }
    if path != name, depth(path) >= depth(name) { name = path }
  }

  package var node: Node { leaf.node! }
}

/// State of a module that no optimizer trains, such as a running mean; saved with the parameters.
public final class Buffer {
  /// The value; a new one must have the same shape.
  public var value: Tensor {
    didSet {
      guard value.shape == oldValue.shape else {
        failShapes("Buffer.value", oldValue.shape, value.shape)
      }
    }
  }

  /// Whether a state dictionary may lack it, so that the value stays as it is.
  public let isOptional: Bool

  /// A buffer that starts as `value`.
  public init(_ value: Tensor, isOptional: Bool = false) {
    self.value = value.detached()
    self.isOptional = isOptional
  }
}
