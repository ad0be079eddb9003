import Synchronization

/// From the gradient of an operation's result, and the result's node, to those of its inputs. The
/// gradient is handed over: where nobody else holds its storage, it may be written over.
package typealias BackwardStep = (consuming Tensor, Node) -> [Tensor?]

/// One step of the tape: what an operation computed, and how its gradient flows back.
///
/// A leaf has no inputs and no backward step; it keeps the gradient that arrives, and is the
/// identity of a variable: copies of a leaf tensor share it.
package final class Node {
  package let operation: StaticString
  /// Grows from inputs to outputs, so that sorting by it orders any part of a tape.
  let order: UInt64
  /// Whether `backward` is itself made of recorded operations.
  let isTwiceDifferentiable: Bool
  package private(set) var inputs: [Node?]
  private(set) var backward: BackwardStep?

  /// A leaf's ``Tensor/gradient``: what has arrived so far.
  package var gradient: Tensor? {
    get {
      if let rows = rowGradient.take() {
        whole = Tensor(zeros: shape)
        rows.add(to: &whole!)
      }
      return whole
    }
    set {
      whole = newValue
      rowGradient = nil
    }
  }
  private var whole: Tensor?
  /// The gradient, while nothing but rows has arrived and nobody has asked for the whole.
  package private(set) var rowGradient: RowGradient?
  /// The last traversal that visited this node.
  var mark: UInt64 = 0
  /// The shape of the tensor that the node stands for, for messages and drawings.
  package let shape: Shape
  /// A parameter's name, for messages and drawings.
  package var name: String?
  /// The collector of the gradients of the tensor's slices, while there are any.
  weak var sliceGradients: SliceGradients?
  /// Whether an optimizer, or a freeze, takes care of this leaf's gradient.
  package var isTracked = false

  private static let counter = Atomic<UInt64>(1)

  /// A fresh number, larger than all before.
  static func nextOrder() -> UInt64 { counter.add(1, ordering: .relaxed).newValue }

  package init(
    _ operation: StaticString, shape: Shape, inputs: [Node?], twiceDifferentiable: Bool,
    backward: @escaping BackwardStep
  ) {
    self.operation = operation
    self.shape = shape
    self.inputs = inputs
    self.backward = backward
    isTwiceDifferentiable = twiceDifferentiable
    order = Node.nextOrder()
  }

  init(leaf shape: Shape) {
    operation = "leaf"
    self.shape = shape
    inputs = []
    isTwiceDifferentiable = true
    order = Node.nextOrder()
  }

  package var isLeaf: Bool { backward == nil && inputs.isEmpty && !isReleased }
  /// Whether a backward pass has freed what this node had saved.
  private(set) var isReleased = false

  /// Adds `share` to the gradient, in place where nobody else holds it.
  func accumulate(_ share: Tensor) {
    noteUnlessTracked()
    guard whole != nil else {
      whole = share
      rowGradient.take()?.add(to: &whole!)
      return
    }
    whole! += share
  }

  /// Adds the gradient of some rows.
  func accumulate(_ rows: RowGradient) {
    noteUnlessTracked()
    if whole != nil {
      rows.add(to: &whole!)
    } else {
      rowGradient = rowGradient.take()?.adding(rows, of: shape[0]) ?? rows
    }
  }

  private func noteUnlessTracked() {
    if !isTracked { UntrackedLeaves.note() }
  }

  /// The elements of the gradient that can be other than 0; nil if nothing has arrived.
  package var gradientElements: Tensor? { rowGradient?.values ?? whole }

  /// Changes the elements of the gradient by `change`, which leaves 0 as it is.
  package func changeGradient(_ change: (consuming Tensor) -> Tensor) {
    if var rows = rowGradient.take() {
      rows.values = change(rows.values)
      rowGradient = rows
    } else if let gradient = whole.take() {
      whole = change(gradient)
    }
  }

  /// Lets go of the inputs and of what was saved for them.
  func release() {
    isReleased = true
    Teardown.drop(inputs: &inputs, backward: &backward)
  }

  deinit {
    if backward != nil { Teardown.drop(inputs: &inputs, backward: &backward) }
  }
}

/// Frees chains of nodes in a loop.
///
/// A node owns its inputs, so that letting go of the last one of a long chain would recurse as deep
/// as the chain is long. A node that dies hands what it owns to a list here, and only the outermost
/// of such calls empties it.
enum Teardown {
  fileprivate struct Remains {
    let backward: BackwardStep?
    let inputs: [Node?]
  }

  final class List {
    fileprivate var remains: [Remains] = []
    fileprivate var isDraining = false
  }

  static func drop(
    inputs: inout [Node?], backward: inout BackwardStep?
  ) {
    let list = ThreadLocal.values.teardown
    list.remains.append(Remains(backward: backward, inputs: inputs))
    // The list holds them now: nothing dies here.
    inputs = []
    backward = nil
    guard !list.isDraining else { return }
    list.isDraining = true
    while list.remains.popLast() != nil {}
    list.isDraining = false
  }
}
