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
  /// The product, which the step writes; dense or a channel slice, as the result.
  let product: Tensor
  /// The result; shares the product's storage unless the derivative needs the product.
  let result: Tensor
  /// Images that are added to the product before the activation; nil for none.
  let residual: Tensor?

  /// A result of `shape`.
  init(
    _ shape: Shape, layout: Layout = .rowMajor, _ activation: Activation = .identity,
    isRecorded: Bool = false
  ) {
    self.init(
      Tensor(uninitialized: shape, layout: layout), activation, isRecorded: isRecorded)
  }

  /// A result whose product is stored in `product`.
  ///
  /// - Parameter isRecorded: Whether there will be a backward pass.
  init(_ product: Tensor, _ activation: Activation = .identity, isRecorded: Bool = false) {
    (self.product, self.activation, residual) = (product, activation, nil)
    let keepsProduct = isRecorded && activation.derivativeSource == .input
    result = keepsProduct ? product.room() : product
  }

  /// A result that is stored in `result`, images.
  init(
    into result: Tensor, _ activation: Activation, residual: Tensor? = nil, isRecorded: Bool
  ) {
    (self.result, self.activation) = (result, activation)
    self.residual = residual?.detached().pixels()
    let keepsProduct = isRecorded && activation.derivativeSource == .input
    product = keepsProduct ? result.room() : result
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

  /// Applies the activation to a range of the pixels of images, counted over the batch, or to some of
  /// their channels.
  func finish(pixels range: Range<Int>, channels part: Range<Int>? = nil) {
    let channels = product.shape[1]
    let part = part ?? 0..<channels
    if let residual { add(residual, pixels: range, channels: part) }
    guard activation != .identity else { return }
    let (from, to) = (product.strides[3], result.strides[3])
    if from == channels, to == channels, part.count == channels {
      return finish(product.pointer + range.lowerBound * channels, range.count * channels)
    }
    let (source, target) = (product.pointer + part.lowerBound, result.pointer + part.lowerBound)
    for pixel in range {
      activation.apply(source + pixel * from, to: target + pixel * to, part.count)
    }
  }

  private func add(_ residual: Tensor, pixels range: Range<Int>, channels part: Range<Int>) {
    let (from, to) = (residual.strides[3], product.strides[3])
    let (source, target) = (residual.pointer + part.lowerBound, product.pointer + part.lowerBound)
    if from == part.count, to == part.count {
      let start = range.lowerBound * from
      return gannet_add(source + start, target + start, range.count * from)
    }
    for pixel in range { gannet_add(source + pixel * from, target + pixel * to, part.count) }
  }

  /// Applies the activation to all images, in a pass of its own.
  func finish() {
    let channels = max(1, product.shape[1])
    ThreadPool.shared.forEach(product.count / channels, by: max(1, elementwiseChunk / channels)) {
      finish(pixels: $0)
    }
    withExtendedLifetime(self) {}
  }
}

extension Tensor {
  /// An uninitialized dense tensor of this one's shape and order.
  func room() -> Tensor {
    Tensor(uninitialized: shape, layout: layout == .channelSlice ? .channelsLast : layout)
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

  /// - Parameter incoming: In the layout of the tensor that was kept; of images, either may be a
  ///   channel slice.
  init(_ incoming: consuming Tensor, through epilogue: SavedEpilogue) {
    incoming.node = nil
    self.epilogue = epilogue
    isIdentity = epilogue.kept == nil && epilogue.dropout == nil
    if isIdentity || incoming.layout.isDense && incoming.ownsStorage() {
      gradient = incoming
    } else {
      gradient = incoming.room()
    }
    self.incoming = incoming
  }

  /// Computes a range of the pixels of images, counted over the batch; images have no dropout.
  func callAsFunction(pixels range: Range<Int>) {
    let (channels, from, to) = (incoming.shape[1], incoming.strides[3], gradient.strides[3])
    let ofKept = epilogue.kept?.strides[3] ?? channels
    if from == channels, to == channels, ofKept == channels {
      return self(range.lowerBound * channels..<range.upperBound * channels)
    }
    guard let source = epilogue.kept?.pointer else { return }
    for pixel in range {
      epilogue.activation.chain(
        incoming.pointer + pixel * from, source + pixel * ofKept, gradient.pointer + pixel * to,
        channels)
    }
  }

  /// Computes the elements of `range` of dense tensors.
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
