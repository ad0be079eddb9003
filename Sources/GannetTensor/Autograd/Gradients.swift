// Variables, and the way back through the tape.

extension Tensor {
  /// This tensor's values as a leaf of the tape: a variable that collects its gradient.
  ///
  /// Copies of a leaf share its gradient. In place, a leaf changes only under
  /// ``withoutGradients(_:)``;
  /// `w = w - learningRate * gradient` makes a new tensor that is not a leaf.
  public func requiringGradient() -> Tensor {
    var leaf = self
    leaf.node = Node(leaf: shape)
    return leaf
  }

  /// This tensor's values, cut off the tape.
  public func detached() -> Tensor {
    var tensor = self
    tensor.node = nil
    return tensor
  }

  /// Whether gradients flow to this tensor.
  public var requiresGradient: Bool { node != nil }

  /// The gradient that ``backward(seed:keepingTape:)`` has accumulated in this leaf, or nil; set
  /// nil to clear it.
  ///
  /// Stops on a tensor that is not a leaf.
  public var gradient: Tensor? {
    get {
      guard let node else { return nil }
      guard node.isLeaf else {
        fail("gradient: only a leaf keeps its gradient; this is the result of \(node.operation)")
      }
      return node.gradient
    }
    nonmutating set {
      guard let node, node.isLeaf else { fail("gradient: only a leaf has one to set") }
      if let newValue, newValue.shape != shape { failShapes("gradient", shape, newValue.shape) }
      node.gradient = newValue?.detached()
    }
  }

  /// Adds the gradient of this tensor with respect to every leaf that it depends on to the leaf's
  /// ``gradient``.
  ///
  /// - Parameters:
  ///   - seed: The gradient of this tensor, of its shape; 1 for a scalar. A tensor of several
  ///     elements stops without it.
  ///   - keepingTape: Whether another pass over the same tape may follow. Unless asked, what
  ///     operations saved is freed on the way.
  public func backward(seed: Tensor? = nil, keepingTape: Bool = false) {
    guard let node else { fail("backward: this tensor depends on no variable") }
    Tape.run(
      from: node, seed: seed ?? Tape.unitSeed(for: self), keepingTape: keepingTape,
      recording: false
    ) { leaf, gradient in leaf.accumulate(gradient) }
  }
}

/// The gradients of `y` with respect to `variables`, in their order; the leaves collect nothing.
///
/// - Parameters:
///   - y: A scalar, or any tensor where `seed` is given.
///   - variables: Tensors on whose way to `y` the tape was recording; one that `y` does not depend
///     on gets zeros.
///   - seed: The gradient of `y`, of its shape.
///   - recording: Whether the gradients are on the tape themselves, and have gradients in turn, as
///     gradient penalties and physics' losses need it. Recurrent layers, and operations of your own
///     unless they say so, stop with a message.
///   - keepingTape: Whether another pass over the same tape may follow; implied by `recording`.
public func gradients(
  of y: Tensor, withRespectTo variables: [Tensor], seed: Tensor? = nil, recording: Bool = false,
  keepingTape: Bool = false
) -> [Tensor] {
  var collected: [ObjectIdentifier: Tensor] = [:]
  let wanted = variables.map { variable -> Node in
    guard let node = variable.node else { fail("gradients: a variable that requires no gradient") }
    return node
  }
  if let node = y.node {
    let identifiers = Set(wanted.map(ObjectIdentifier.init))
    Tape.run(
      from: node, seed: seed ?? Tape.unitSeed(for: y), keepingTape: keepingTape || recording,
      recording: recording, wanted: identifiers
    ) { collected[ObjectIdentifier($0)] = $1 }
  }
  return zip(variables, wanted).map { variable, node in
    collected[ObjectIdentifier(node)] ?? Tensor(zeros: variable.shape)
  }
}

package enum Tape {
  /// Whether the gradients of leaves go to the leaves: those of
  /// ``Tensor/backward(seed:keepingTape:)``.
  @TaskLocal private static var fillsLeaves = false

  /// `node` if it is a leaf that the pass under way fills, and a step may hand its gradient to it.
  static func leafToFill(_ node: Node?) -> Node? {
    guard let node, node.isLeaf, fillsLeaves else { return nil }
    return node
  }

  static func unitSeed(for tensor: Tensor) -> Tensor {
    guard tensor.count == 1 else {
      failShape("backward", tensor.shape, expected: "a scalar, or a seed")
    }
    return Tensor(ones: tensor.shape)
  }

  /// Goes through the tape from `root` in reverse order of its making, and gives every leaf's
  /// gradient (or, where `wanted` is given, that of every node in it) to `collect`, once.
  static func run(
    from root: Node, seed: Tensor, keepingTape: Bool, recording: Bool,
    wanted: Set<ObjectIdentifier>? = nil, collect: (Node, Tensor) -> Void
  ) {
    guard seed.shape == root.shape else { failShapes("backward", root.shape, seed.shape) }
    let seed = recording ? seed : seed.detached()
    if root.isLeaf { return collect(root, seed) }
    var nodes = reachable(from: root)
    var arrived: [ObjectIdentifier: Tensor] = [ObjectIdentifier(root): seed]
    func goBack() {
      while let node = nodes.popLast() {
        let identifier = ObjectIdentifier(node)
        guard let gradient = arrived.removeValue(forKey: identifier) else { continue }
        if wanted.map({ $0.contains(identifier) }) ?? node.isLeaf { collect(node, gradient) }
        if node.isLeaf { continue }
        let shares = step(node, consume gradient, recording: recording)
        for (input, share) in zip(node.inputs, shares) {
          guard let input, let share else { continue }
          let key = ObjectIdentifier(input)
          if let before = arrived.removeValue(forKey: key) {
            arrived[key] = before + share
          } else {
            arrived[key] = share
          }
        }
        if !keepingTape { node.release() }
      }
    }
    $fillsLeaves.withValue(wanted == nil) { Recording.$isOn.withValue(recording) { goBack() } }
  }

  private static func step(
    _ node: Node, _ gradient: consuming Tensor, recording: Bool
  ) -> [Tensor?] {
    guard let backward = node.backward else {
      fail("backward: the tape was freed by an earlier pass; pass keepingTape: true to that one")
    }
    guard !recording || node.isTwiceDifferentiable else {
      fail("\(node.operation): second derivatives are not available")
    }
    guard let profile = TapeProfile.current else { return backward(gradient, node) }
    return profile.backward(node, gradient, backward)
  }

  /// `root` and all nodes that it depends on, the earliest made first.
  package static func reachable(from root: Node) -> [Node] {
    let pass = Node.nextOrder()
    var nodes = [root]
    root.mark = pass
    var next = 0
    while next < nodes.count {
      for case let input? in nodes[next].inputs where input.mark != pass {
        input.mark = pass
        nodes.append(input)
      }
      next += 1
    }
    return nodes.sorted { $0.order < $1.order }
  }
}
