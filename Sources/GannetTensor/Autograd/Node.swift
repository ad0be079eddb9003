import Synchronization

/// A backward function, from the gradient of a result, and its node, to the gradients of the
/// inputs. It consumes the gradient and may overwrite it if its storage is not shared.
package typealias BackwardStep = (consuming Tensor, Node) -> [Tensor?]

/// A node of the tape: an operation's result with its inputs and backward function.
///
/// A leaf has no inputs and no backward function; it accumulates its gradient and is the identity
/// of a variable, shared by copies of its tensor.
package final class Node {
  package let operation: StaticString
  /// The order of recording, by which nodes are sorted topologically.
  let order: UInt64
  /// Whether `backward` consists of recorded operations.
  let isTwiceDifferentiable: Bool
  package private(set) var inputs: [Node?]
  private(set) var backward: BackwardStep?

  /// The accumulated ``Tensor/gradient`` of a leaf.
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
  /// The gradient as rows, while only rows have been added and the whole gradient has not been
  /// read.
  package private(set) var rowGradient: RowGradient?
  /// The last traversal that visited this node.
  var mark: UInt64 = 0
  /// The shape of the node's tensor, for messages and drawings.
  package let shape: Shape
  /// A parameter's name, for messages and drawings.
  package var name: String?
  /// The collector of the slices' gradients, while there are slices.
  weak var sliceGradients: SliceGradients?
  /// Computes the node's tensor anew from what its step saved, for others that would save it; see
  /// ``SavedTensor``.
  var recompute: (() -> Tensor)?
  /// The multiply-adds of the step's products, where its inputs' shapes do not tell them.
  var statedProducts: TapeProfile.Products?
  /// Whether an optimizer or a freeze handles this leaf's gradient.
  package var isTracked = false

  private static let counter = Atomic<UInt64>(1)

  /// A new number, larger than all before.
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
  /// Whether a backward pass has freed the node's saved tensors.
  private(set) var isReleased = false

  /// Adds `share` to the gradient, in place if its storage is not shared.
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

  /// The elements of the gradient that may be nonzero; nil without a gradient.
  package var gradientElements: Tensor? { rowGradient?.values ?? whole }

  /// Applies `change`, which maps 0 to 0, to the elements of the gradient.
  package func changeGradient(_ change: (consuming Tensor) -> Tensor) {
    if var rows = rowGradient.take() {
      rows.values = change(rows.values)
      rowGradient = rows
    } else if let gradient = whole.take() {
      whole = change(gradient)
    }
  }

  /// Releases the inputs and the saved tensors.
  func release() {
    isReleased = true
    recompute = nil
    Teardown.drop(inputs: &inputs, backward: &backward)
  }

  deinit {
    if backward != nil { Teardown.drop(inputs: &inputs, backward: &backward) }
  }
}

/// Iterative deallocation of chains of nodes.
///
/// A node owns its inputs, so releasing a long chain would recurse as deep as the chain is long.
/// Instead, a deinitialized node moves its inputs to a list, which only the outermost call empties.
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
    // The list owns them now, so nothing is deallocated here.
    inputs = []
    backward = nil
    guard !list.isDraining else { return }
    list.isDraining = true
    while list.remains.popLast() != nil {}
    list.isDraining = false
  }
}
