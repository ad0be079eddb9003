import CGannetKernels

/// The mean over the batch of the cross-entropy between softmax of `logits` and the labels, as one
/// step: no probability is stored apart from the gradient (the book's section 4.1.2).
///
/// - Parameters:
///   - logits: `[N, C]`, unnormalized.
///   - labels: `[N]`, each from 0 to C - 1; stops at others.
/// - Returns: A scalar.
public func crossEntropy(_ logits: Tensor, _ labels: IntTensor) -> Tensor {
  guard logits.rank == 2, labels.shape == [logits.shape[0]] else {
    failShapes("crossEntropy", logits.shape, labels.shape)
  }
  let (rows, classes) = (logits.shape[0], logits.shape[1])
  labels.checkIndices("crossEntropy, label", below: classes)
  let x = logits.contiguous()
  let gradient = logits.isRecorded ? Tensor(uninitialized: logits.shape) : nil
  let scale = 1 / Float(rows)
  let chunk = max(1, 4_096 / max(1, classes))
  let chunks = (rows + chunk - 1) / chunk
  let source = x.pointer
  let loss = labels.scalars.withUnsafeBufferPointer { labels in
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, chunks)) { parts in
      let sums = parts.baseAddress!
      ThreadPool.shared.forEach(rows, by: chunk) { range in
        let first = range.lowerBound * classes
        sums[range.lowerBound / chunk] = gannet_softmax_cross_entropy(
          source + first, labels.baseAddress! + range.lowerBound,
          gradient.map { $0.pointer + first }, scale, range.count, classes)
      }
      return (0..<chunks).reduce(0.0) { $0 + sums[$1] }
    }
  }
  return withExtendedLifetime(x.storage) {
    Tensor(Float(loss)).recorded("crossEntropy", [logits.node], twiceDifferentiable: false) {
      incoming in [incoming.scalar == 1 ? gradient! : gradient! * incoming]
    }
  }
}
