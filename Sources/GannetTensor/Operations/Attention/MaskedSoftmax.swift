import CGannetKernels

/// The softmax over the last axis of `scores`, over the keys that `mask` lets each query see, exactly
/// 0 elsewhere (Dive into Deep Learning, section 11.3.2).
///
///     maskedSoftmax(Tensor(uniform: [2, 2, 4]), .validLengths([2, 3]))
///
/// - Parameters:
///   - scores: `[B, Q, K]`, `[B, H, Q, K]` with heads H, or `[Q, K]` as one example.
///   - mask: The visible keys; stops where it does not fit. A query that may see no key gives all
///     keys the weight 1 / K.
/// - Returns: The weights, in the shape of `scores`; each row's sum is 1.
public func maskedSoftmax(_ scores: Tensor, _ mask: AttentionMask = .none) -> Tensor {
  guard scores.rank >= 2, scores.shape.last! > 0 else {
    failShape("maskedSoftmax", scores.shape, expected: "[..., Q, K] with keys")
  }
  return maskedSoftmax("maskedSoftmax", scores, mask, scale: 1)
}

/// The masked softmax of `scale` times `scores`, for `operation`.
func maskedSoftmax(
  _ operation: StaticString, _ scores: Tensor, _ mask: AttentionMask, scale: Float
) -> Tensor {
  if let trace = Trace.current {
    let step = MaskedSoftmaxOperation(operation: operation, mask: MaskForm(mask), scale: scale)
    return trace.record(step, [scores], mask)
  }
  if mask.isEmpty, scale == 1 { return softmax(scores) }
  if mask.isRecorded {
    let biased = mask.biases.reduce(scores * scale) { sum, bias in
      guard bias.shape.broadcast(with: scores.shape) == scores.shape else {
        fail("\(operation): a mask of shape \(bias.shape) for scores of shape \(scores.shape)")
      }
      return sum + bias
    }
    // The values of the biases decide on rows that see nothing.
    let hidden = AttentionMask.hiding(mask.biases)
    return maskedSoftmax(operation, biased, mask.withoutBiases.and(hidden), scale: 1)
  }
  let step = MaskedSoftmaxStep(rows: MaskRows(operation, mask, for: scores.shape), scale: scale)
  let source = scores.detached().contiguous()
  let weights = Tensor(uninitialized: scores.shape)
  let (from, to, keys) = (source.pointer, weights.pointer, scores.shape.last!)
  step.forEachPart(of: scores.shape) { mask, row, count in
    gannet_masked_softmax(from + row * keys, mask, scale, to + row * keys, count, keys)
  }
  return withExtendedLifetime(source.storage) {
    weights.recordedWithOutput("maskedSoftmax", [scores.node]) { gradient, node in
      guard Recording.isOn else { return [step.gradient(gradient, of: weights)] }
      let y = weights.attached(to: node)
      let free = y * (gradient - (gradient * y).sum(along: [-1], keepingAxes: true)) * scale
      return [free.replacing(with: 0, where: step.seesNothing(weights.shape))]
    }
  }
}

extension AttentionMask {
  /// The keys at which a bias is -∞ are hidden.
  fileprivate static func hiding(_ biases: [Tensor]) -> AttentionMask {
    biases.map { AttentionMask.allowed($0.detached() .> -.infinity) }.reduce(.none) { $0.and($1) }
  }
}

private struct MaskedSoftmaxStep {
  let rows: MaskRows
  let scale: Float

  /// Calls `body` with the mask, the first row and the number of rows of every part, each within a
  /// head, on the pool's threads.
  func forEachPart(of shape: Shape, _ body: (gannet_mask, Int, Int) -> Void) {
    let whole = shape.asScores
    let (heads, queries, keys) = (whole[0] * whole[1], whole[2], whole[3])
    guard heads * queries > 0 else { return }
    let height = min(queries, max(1, elementwiseChunk / keys))
    let parts = (queries + height - 1) / height
    rows.withRows { mask in
      ThreadPool.shared.forEach(heads * parts, by: max(1, elementwiseChunk / (height * keys))) {
        for index in $0 {
          let (head, query) = (index / parts, index % parts * height)
          body(
            mask(head / whole[1], head % whole[1], query), head * queries + query,
            min(height, queries - query))
        }
      }
    }
  }

  func gradient(_ gradient: Tensor, of weights: Tensor) -> Tensor {
    let dy = gradient.contiguous()
    let result = Tensor(uninitialized: weights.shape)
    let (from, y, to) = (dy.pointer, weights.pointer, result.pointer)
    let keys = weights.shape.last!
    forEachPart(of: weights.shape) { mask, row, count in
      let start = row * keys
      gannet_masked_softmax_backward(
        from + start, y + start, mask, scale, to + start, count, keys)
    }
    return withExtendedLifetime((dy.storage, weights.storage)) { result }
  }

  /// 1 for rows that see nothing, `[..., Q, 1]`.
  func seesNothing(_ shape: Shape) -> Tensor {
    let result = Tensor(uninitialized: shape.replacing(shape.rank - 1, with: 1))
    let target = result.pointer
    forEachPart(of: shape) { mask, row, count in
      gannet_rows_without_sight(mask, target + row, count, shape.last!)
    }
    return result
  }
}
