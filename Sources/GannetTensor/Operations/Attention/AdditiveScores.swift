import CGannetKernels

/// The scores of additive attention, w · tanh(q + k) for each query and key, fused into one step
/// that stores no hidden layer (Bahdanau, Cho, Bengio, 2014; Dive into Deep Learning, section
/// 11.3.4).
///
/// - Parameters:
///   - query: `[B, Q, F]`, the queries' shares of the hidden layer.
///   - key: `[B, K, F]`, the keys'.
///   - weight: `[F]`, w.
/// - Returns: `[B, Q, K]`.
public func additiveScores(query: Tensor, key: Tensor, weight: Tensor) -> Tensor {
  if let trace = Trace.current {
    return trace.record(AdditiveScoresOperation(), [query, key, weight])
  }
  guard query.rank == 3, key.rank == 3, query.shape[0] == key.shape[0],
    query.shape[2] == key.shape[2]
  else { failShapes("additiveScores", query.shape, key.shape) }
  guard weight.shape == [query.shape[2]] else {
    failShapes("additiveScores, weight", query.shape, weight.shape)
  }
  let step = AdditiveScores(
    query: query.detached().contiguous(), key: key.detached().contiguous(),
    weight: weight.detached().contiguous())
  return step.scores().recorded(as: step, [query.node, key.node, weight.node])
}

private struct AdditiveScores: FusedStep {
  let operation: StaticString = "additiveScores"
  let query: Tensor
  let key: Tensor
  let weight: Tensor

  private var batch: Int { query.shape[0] }
  private var queries: Int { query.shape[1] }
  private var keys: Int { key.shape[1] }
  private var features: Int { query.shape[2] }

  func scores() -> Tensor {
    let result = Tensor(uninitialized: [batch, queries, keys])
    let (q, k, w, to) = (query.pointer, key.pointer, weight.pointer, result.pointer)
    let rows = max(1, Tuning.tanhChunk / max(1, keys * features))
    ThreadPool.shared.forEach(batch * queries, by: rows) { range in
      for row in range {
        gannet_additive_scores(
          q + row * features, k + row / queries * keys * features, w, to + row * keys, keys,
          features)
      }
    }
    return withExtendedLifetime(self) { result }
  }

  /// Each chunk computes a range of features of the examples of a lane.
  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let gradient = incoming.contiguous()
    let (dq, dk) = (Tensor(zeros: query.shape), Tensor(zeros: key.shape))
    let (q, k, w, dy) = (query.pointer, key.pointer, weight.pointer, gradient.pointer)
    let (toQuery, toKey) = (dq.pointer, dk.pointer)
    let lanes = Lanes(of: batch, count: batch)
    let sums = LaneSums(lanes: lanes.count, kinds: 1, width: features)
    let width = Tuning.additiveFeatures
    let parts = (features + width - 1) / width
    ThreadPool.shared.forEach(chunks: lanes.count * parts) { chunk in
      let (lane, first) = (chunk / parts, chunk % parts * width)
      for example in lanes[lane] {
        let (row, column) = (example * queries * features, example * keys * features)
        gannet_additive_scores_backward(
          dy + example * queries * keys, q + row + first, k + column + first, w + first,
          toQuery + row + first, toKey + column + first, sums[lane, 0] + first, queries, keys,
          features, min(width, features - first))
      }
    }
    let dw = wanted(2) { Tensor(sums.totals(0).map(Float.init)) }
    return withExtendedLifetime((self, gradient.storage)) {
      [wanted(0) { dq }, wanted(1) { dk }, dw]
    }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let q = query.attached(to: inputs[0]).unsqueezed(at: 2)
    let k = key.attached(to: inputs[1]).unsqueezed(at: 1)
    let hidden = tanh(q + k)
    let each = dy.unsqueezed(at: 3)
    let inner = each * weight.attached(to: inputs[2]) * (1 - hidden * hidden)
    return [
      wanted(0) { inner.sum(along: 2) }, wanted(1) { inner.sum(along: 1) },
      wanted(2) { (each * hidden).sum(along: [0, 1, 2]) },
    ]
  }
}
