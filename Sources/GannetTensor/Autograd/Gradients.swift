// Variables, and the backward pass over the tape.

extension Tensor {
  /// This tensor's values as a leaf of the tape: a variable that accumulates its gradient.
  ///
  /// Copies of a leaf share its gradient. A leaf can be changed in place only in
  /// ``withoutGradients(_:)``; `w = w - learningRate * gradient` makes a new tensor that is not a
  /// leaf.
  public func requiringGradient() -> Tensor {
    var leaf = self
    leaf.node = Node(leaf: shape)
    return leaf
  }

  /// This tensor's values without gradient.
  public func detached() -> Tensor {
    if let trace = Trace.current {
      return trace.record(DetachOperation(), [self])
    }
    var tensor = self
    tensor.node = nil
    return tensor
  }

  /// Whether the backward pass computes gradients of this tensor.
  public var requiresGradient: Bool { node != nil }

  /// The accumulated gradient of this leaf, or nil before ``backward(seed:keepingTape:)``; set nil
  /// to clear it.
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
      guard let node, node.isLeaf else { fail("gradient: it can be set on a leaf alone") }
      if let newValue, newValue.shape != shape { failShapes("gradient", shape, newValue.shape) }
      node.gradient = newValue?.detached()
    }
  }

  /// Computes the gradients of this tensor with respect to all leaves that it depends on, and adds
  /// them to the leaves' ``gradient``.
  ///
  /// - Parameters:
  ///   - seed: The gradient of this tensor, of its shape; 1 by default for a scalar, required
  ///     otherwise.
  ///   - keepingTape: Whether to keep the tape for another pass; by default, saved tensors are
  ///     freed during this one.
  public func backward(seed: Tensor? = nil, keepingTape: Bool = false) {
    guard let node else { fail("backward: this tensor depends on no variable") }
    Tape.run(
      from: node, seed: seed ?? Tape.unitSeed(for: self), keepingTape: keepingTape,
      recording: false
    ) { leaf, gradient in leaf.accumulate(gradient) }
  }

  /// As ``backward(seed:keepingTape:)`` of a scalar, and calls `isFilled` for each leaf as soon as
  /// the pass has added the last share of its gradient, or has found that there is none.
  package func backward(filling isFilled: @escaping (Node) -> Void) {
    guard let node else { fail("backward: this tensor depends on no variable") }
    Tape.run(
      from: node, seed: Tape.unitSeed(for: self), keepingTape: false, recording: false,
      isFilled: isFilled
    ) { leaf, gradient in leaf.accumulate(gradient) }
  }
}

/// The gradients of `y` with respect to `variables`, in order; leaves do not accumulate them.
///
/// - Parameters:
///   - y: A scalar, or any tensor with a `seed`.
///   - variables: Tensors that require gradients; one that `y` does not depend on gets zeros.
///   - seed: The gradient of `y`, of its shape.
///   - recording: Whether the gradients are recorded themselves, so that they can be
///     differentiated, as for gradient penalties; false by default. Stops at recurrent layers, and
///     at custom operations that are not `twiceDifferentiable`.
///   - keepingTape: Whether to keep the tape for another pass; implied by `recording`.
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
  /// Whether leaves accumulate their gradients, as in ``Tensor/backward(seed:keepingTape:)``.
  @TaskLocal private static var fillsLeaves = false

  /// `node` if it is a leaf that the current pass fills, to which a step may add its gradient
  /// directly.
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

  /// Runs the backward pass from `root` in reverse order of recording, and calls `collect` once for
  /// each leaf with its gradient, or for each node in `wanted`. A leaf is handed over, and then
  /// `isFilled` called, when the last node that uses it has been passed.
  static func run(
    from root: Node, seed: Tensor, keepingTape: Bool, recording: Bool,
    wanted: Set<ObjectIdentifier>? = nil, isFilled: (Node) -> Void = { _ in },
    collect: (Node, Tensor) -> Void
  ) {
    guard seed.shape == root.shape else { failShapes("backward", root.shape, seed.shape) }
    let seed = recording ? seed : seed.detached()
    if root.isLeaf {
      collect(root, seed)
      return isFilled(root)
    }
    var nodes = reachable(from: root)
    var leaves = LeafUses(of: nodes)
    let arrived = ArrivedShares()
    arrived.add(seed, to: root)
    func isWanted(_ node: Node) -> Bool {
      wanted.map { $0.contains(ObjectIdentifier(node)) } ?? node.isLeaf
    }
    func goBack() {
      while let node = nodes.popLast() {
        if node.isLeaf { continue }
        let inputs = node.inputs
        if let gradient = arrived.take(of: node) {
          if isWanted(node) { collect(node, gradient) }
          let shares = step(node, consume gradient, recording: recording)
          for (input, share) in zip(inputs, shares) {
            if let input, let share { arrived.add(share, to: input) }
          }
          if !keepingTape { node.release() }
        }
        leaves.forEachLast(of: inputs) { leaf in
          if let gradient = arrived.take(of: leaf), isWanted(leaf) { collect(leaf, gradient) }
          isFilled(leaf)
        }
      }
    }
    $fillsLeaves.withValue(wanted == nil) {
      $arrived.withValue(arrived) { Recording.$isOn.withValue(recording) { goBack() } }
    }
  }

  /// Whether a backward pass runs on this task.
  static var isRunning: Bool { arrived != nil }

  /// The sums of gradients in the backward pass that runs on this task; nil outside of one.
  @TaskLocal private static var arrived: ArrivedShares?

  /// The sum of the shares of `node`'s gradient that have arrived so far, contiguous, for a step that
  /// adds its own share in place and returns the sum, as a product can; nil where there is none, or
  /// where something else holds it.
  static func takeEarlierShare(of node: Node?) -> Tensor? {
    guard let node, !Recording.isOn, let arrived, var share = arrived.take(of: node) else {
      return nil
    }
    if share.isContiguous, share.ownsStorage() { return share }
    arrived.add(share, to: node)
    return nil
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

  /// `root` and all nodes that it depends on, in the order of recording.
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
