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

  /// The property path under which a module has registered this parameter, such as
  /// `features.0.weight`; empty before.
  public internal(set) var name = "" {
    didSet { node.name = name }
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

  /// A buffer that starts as `value`.
  public init(_ value: Tensor) { self.value = value.detached() }
}
