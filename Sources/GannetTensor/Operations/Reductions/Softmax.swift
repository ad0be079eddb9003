import CGannetKernels

// Softmax and its relatives along an axis, computed so that nothing overflows (the book's section
// 4.1.1.2). Their gradients are one pass, or recorded operations where they are to have gradients.

/// e to the power of every element, divided by the sum of these along `axis`: positive and adding up
/// to 1.
///
/// The last axis unless said otherwise; the result has the shape of `x`.
public func softmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  let axis = x.shape.normalized(axis, "softmax")
  return x.mapped(along: axis, gannet_softmax).recordedAsSoftmax(of: x.node, along: axis)
}

extension Tensor {
  /// This tensor as the softmax of what `node` stands for.
  func recordedAsSoftmax(of node: Node?, along axis: Int) -> Tensor {
    recordedWithOutput("softmax", [node]) { gradient, node in
      guard Recording.isOn else {
        return [gradient.paired(along: axis, self, gannet_softmax_chain)]
      }
      let y = attached(to: node)
      return [y * (gradient - (gradient * y).sum(along: axis, keepingAxes: true))]
    }
  }
}

/// The logarithm of ``softmax(_:along:)``, which stays finite where that is rounded to 0.
///
/// The last axis unless said otherwise; the result has the shape of `x`.
public func logSoftmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  let axis = x.shape.normalized(axis, "logSoftmax")
  let y = x.mapped(along: axis, gannet_log_softmax)
  return y.recordedWithOutput("logSoftmax", [x.node]) { gradient, node in
    guard Recording.isOn else { return [gradient.paired(along: axis, y, gannet_log_softmax_chain)] }
    let total = gradient.sum(along: axis, keepingAxes: true)
    return [gradient - exp(y.attached(to: node)) * total]
  }
}

/// The logarithm of the sum of e to the power of the elements along `axis`, a smooth maximum.
///
/// The last axis unless said otherwise; it vanishes or, with `keepingAxes`, gets the size 1.
public func logSumExp(_ x: Tensor, along axis: Int = -1, keepingAxes: Bool = false) -> Tensor {
  let axis = x.shape.normalized(axis, "logSumExp")
  let source = x.detached().dense()
  let kept = Tensor(uninitialized: x.shape.replacing(axis, with: 1), layout: source.layout)
  let blocks = AxisBlocks(source, axis)
  let (from, to) = (source.pointer, kept.pointer)
  blocks.forEachPart { part in
    gannet_log_sum_exp(
      from + part.offset, to + part.reducedOffset, blocks.inner, blocks.size, part.count)
  }
  let y = keepingAxes ? kept : kept.squeezed(at: axis)
  return withExtendedLifetime(source.storage) {
    y.recordedWithOutput("logSumExp", [x.node]) { gradient, node in
      let gradient = gradient.reshaped(to: kept.shape)
      // The gradient by the softmax is accurate where logits are large, since no rounded sum enters it.
      if Recording.isOn { return [gradient * softmax(x, along: axis)] }
      return [gradient * exp(x - y.reshaped(to: kept.shape))]
    }
  }
}

private typealias AxisKernel = (
  UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int, Int
) -> Void
private typealias AxisPairKernel = (
  UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int, Int
) -> Void

extension Tensor {
  /// `kernel(x, y, ld, size, columns)` applied to all parts of this tensor along `axis`.
  fileprivate func mapped(along axis: Int, _ kernel: AxisKernel) -> Tensor {
    let source = detached().dense()
    let result = Tensor(uninitialized: shape, layout: source.layout)
    let blocks = AxisBlocks(source, axis)
    let (from, to) = (source.pointer, result.pointer)
    blocks.forEachPart { part in
      kernel(from + part.offset, to + part.offset, blocks.inner, blocks.size, part.count)
    }
    return withExtendedLifetime(source.storage) { result }
  }

  /// `kernel(a, b, y, ld, size, columns)` applied to all parts of this tensor and `other`, of its shape.
  fileprivate func paired(
    along axis: Int, _ other: Tensor, _ kernel: AxisPairKernel
  ) -> Tensor {
    let (first, second) = Tensor.alike(self, other)
    let result = Tensor(uninitialized: shape, layout: first.layout)
    let blocks = AxisBlocks(first, axis)
    let (a, b, to) = (first.pointer, second.pointer, result.pointer)
    blocks.forEachPart { part in
      kernel(
        a + part.offset, b + part.offset, to + part.offset, blocks.inner, blocks.size, part.count)
    }
    return withExtendedLifetime((first.storage, second.storage)) { result }
  }
}
