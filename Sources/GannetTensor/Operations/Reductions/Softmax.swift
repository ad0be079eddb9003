import CGannetKernels

// Softmax, log-softmax and logsumexp along an axis, without overflow (Dive into Deep Learning,
// section 4.1.1.2). Gradients are one fused pass, or recorded operations for second derivatives.

/// The softmax along `axis`, the last by default: exp(x) divided by its sum. The result has the
/// shape of `x`.
public func softmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  if let trace = Trace.current {
    return trace.record(SoftmaxOperation(axis: axis, isLogarithmic: false), [x])
  }
  let axis = x.shape.normalized(axis, "softmax")
  return x.mapped(along: axis, gannet_softmax).recordedAsSoftmax(of: x.node, along: axis)
}

extension Tensor {
  /// Records this tensor as the softmax of the tensor of `node`.
  func recordedAsSoftmax(of node: Node?, along axis: Int) -> Tensor {
    recordedWithOutput("softmax", [node]) { gradient, node in
      guard Recording.isOn else {
        return [gradient.paired(along: axis, self, gannet_softmax_backward)]
      }
      let y = attached(to: node)
      return [y * (gradient - (gradient * y).sum(along: [axis], keepingAxes: true))]
    }
  }
}

/// The log-softmax along `axis`, the last by default, which is finite where ``softmax(_:along:)``
/// underflows. The result has the shape of `x`.
public func logSoftmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  if let trace = Trace.current {
    return trace.record(SoftmaxOperation(axis: axis, isLogarithmic: true), [x])
  }
  let axis = x.shape.normalized(axis, "logSoftmax")
  let y = x.mapped(along: axis, gannet_log_softmax)
  return y.recordedWithOutput("logSoftmax", [x.node]) { gradient, node in
    guard Recording.isOn else {
      return [gradient.paired(along: axis, y, gannet_log_softmax_backward)]
    }
    let total = gradient.sum(along: [axis], keepingAxes: true)
    return [gradient - exp(y.attached(to: node)) * total]
  }
}

/// The log-sum-exp along `axes`, all by default, a smooth maximum. The axes are removed or, with
/// `keepingAxes`, kept at size 1.
public func logSumExp(_ x: Tensor, along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
  if let trace = Trace.current {
    return trace.record(
      ReductionOperation(kind: .logSumExp, axes: axes, keepingAxes: keepingAxes), [x])
  }
  let reduction = AxisReduction(x, axes, "logSumExp")
  let keptShape = reduction.keptShape
  let source = reduction.arranged(x)
  let kept = Tensor(uninitialized: keptShape)
  let blocks = AxisBlocks(source, 1)
  let (from, to) = (source.pointer, kept.pointer)
  blocks.forEachPart { part in
    gannet_log_sum_exp(
      from + part.offset, to + part.reducedOffset, blocks.inner, blocks.size, part.count)
  }
  let y = keepingAxes ? kept : kept.reshaped(to: reduction.squeezedShape)
  return withExtendedLifetime(source.storage) {
    y.recordedWithOutput("logSumExp", [x.node]) { gradient, node in
      let gradient = gradient.reshaped(to: keptShape)
      // The gradient by the softmax is accurate for large logits, since it does not use the rounded
      // result.
      if Recording.isOn {
        return [gradient * reduction.restored(softmax(reduction.grouped(x), along: 1))]
      }
      return [gradient * exp(x - y.reshaped(to: keptShape))]
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
  /// Applies `kernel(x, y, ld, size, columns)` to all parts of this tensor along `axis`.
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

  /// Applies `kernel(a, b, y, ld, size, columns)` to all parts of this tensor and `other`, of its
  /// shape.
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
