import CGannetKernels

// The epilogue of a product, a convolution or a normalization: an activation, and maybe dropout. In
// the forward pass it is applied to each block of the product while that is in the cache; in the
// backward pass, to each block of the gradient in the pass that needs it.

/// The settings and the tensor that the backward pass of an epilogue needs.
struct SavedEpilogue {
  var activation = Activation.identity
  /// The tensor that the activation's derivative is computed from, the result or the product; nil
  /// for the identity, and where the step computes the derivative itself.
  var kept: Tensor?
  var dropout: DropoutMask?
}

/// The result of a fused step, filled block by block: first with the product, then by the
/// activation.
struct FusedResult {
  let activation: Activation
  /// The product, which the step writes.
  let product: Tensor
  /// The result; shares the product's storage unless the derivative needs the product.
  let result: Tensor

  /// A result of `shape`.
  init(
    _ shape: Shape, layout: Layout = .rowMajor, _ activation: Activation = .identity,
    isRecorded: Bool = false
  ) {
    self.init(
      Tensor(uninitialized: shape, layout: layout), activation, isRecorded: isRecorded)
  }

  /// A result whose product is stored in `product`, which is dense.
  ///
  /// - Parameter isRecorded: Whether there will be a backward pass.
  init(_ product: Tensor, _ activation: Activation = .identity, isRecorded: Bool = false) {
    (self.product, self.activation) = (product, activation)
    let keepsProduct = isRecorded && activation.derivativeSource == .input
    result =
      keepsProduct ? Tensor(uninitialized: product.shape, layout: product.layout) : product
  }

  /// The tensor that the derivative is computed from.
  var kept: Tensor? {
    switch activation.derivativeSource {
    case .nothing: nil
    case .result: result
    case .input: product
    }
  }

  /// Applies the activation to `count` elements of the product from `block` on.
  func finish(_ block: UnsafeMutablePointer<Float>, _ count: Int) {
    guard activation != .identity else { return }
    activation.apply(block, to: result.pointer + (block - product.pointer), count)
  }

  /// Applies the activation to the whole product, in a pass of its own.
  func finish() {
    guard activation != .identity else { return }
    let first = product.pointer
    ThreadPool.shared.forEach(product.count, by: elementwiseChunk) { range in
      finish(first + range.lowerBound, range.count)
    }
    withExtendedLifetime((product.storage, result.storage)) {}
  }
}

/// Backward pass of an epilogue, block by block: the product's gradient from the result's.
struct EpilogueGradient {
  /// The product's gradient; overwrites the incoming one if its storage is not shared.
  let gradient: Tensor
  /// The result's gradient.
  let incoming: Tensor
  private let epilogue: SavedEpilogue
  /// Whether the two gradients are the same.
  let isIdentity: Bool

  /// - Parameter incoming: Dense, in the layout of the tensor that was kept.
  init(_ incoming: consuming Tensor, through epilogue: SavedEpilogue) {
    incoming.node = nil
    self.epilogue = epilogue
    isIdentity = epilogue.kept == nil && epilogue.dropout == nil
    if isIdentity || isKnownUniquelyReferenced(&incoming.storage) {
      gradient = incoming
    } else {
      gradient = Tensor(uninitialized: incoming.shape, layout: incoming.layout)
    }
    self.incoming = incoming
  }

  /// Computes the elements of `range`.
  func callAsFunction(_ range: Range<Int>) {
    let (first, count) = (range.lowerBound, range.count)
    let (dy, dx) = (incoming.pointer + first, gradient.pointer + first)
    guard let kept = epilogue.kept else {
      epilogue.dropout?.apply(dy, dx, at: first, count: count)
      return
    }
    let source = kept.pointer + first
    guard let dropout = epilogue.dropout else {
      epilogue.activation.chain(dy, source, dx, count)
      return
    }
    if epilogue.activation == .relu {
      // The result's sign shows the elements kept by both, so the mask is not drawn again.
      gannet_relu_backward(dy, source, dx, dropout.scale, count)
    } else {
      dropout.apply(dy, dx, at: first, count: count)
      epilogue.activation.chain(dx, source, dx, count)
    }
  }

  /// The whole gradient, in a pass of its own.
  func callAsFunction() -> Tensor {
    if !isIdentity {
      ThreadPool.shared.forEach(gradient.count, by: elementwiseChunk) { self($0) }
    }
    return withExtendedLifetime((incoming.storage, epilogue.kept?.storage)) { gradient }
  }
}
