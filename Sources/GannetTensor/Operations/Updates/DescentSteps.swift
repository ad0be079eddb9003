import CGannetKernels

extension Tensor {
  /// w ← w - rate · g, g being `gradient` plus weightDecay · w.
  package mutating func descend(by gradient: Tensor, rate: Float, weightDecay: Float) {
    update(by: gradient) { w, g, _, count in gannet_sgd(w, g, rate, weightDecay, count) }
  }

  /// Row r of this matrix, for the rows that `gradient` has: w[r] ← w[r] - rate · g[r].
  package mutating func descend(byRows gradient: RowGradient, rate: Float) {
    let (size, w, g) = (shape[1], writablePointer(), gradient.values.pointer)
    gradient.rows.scalars.withUnsafeBufferPointer { rows in
      ThreadPool.shared.forEach(rows.count, by: elementwiseChunk / Swift.max(1, size) + 1) {
        range in
        for place in range {
          gannet_sgd(w + Int(rows[place]) * size, g + place * size, rate, 0, size)
        }
      }
    }
    withExtendedLifetime(gradient) {}
  }

  /// v ← momentum · v + gain · g and w ← w - rate · v, or with Nesterov's momentum
  /// w ← w - rate · (g + momentum · v); g is `gradient` plus weightDecay · w.
  ///
  /// - Parameter velocity: v, of the same shape.
  package mutating func descend(
    by gradient: Tensor, velocity: inout Tensor, rate: Float, weightDecay: Float, momentum: Float,
    gain: Float, isNesterov: Bool
  ) {
    let step = gannet_momentum_step(
      rate: rate, weight_decay: weightDecay, momentum: momentum, gain: gain, nesterov: isNesterov)
    let v = velocity.writablePointer()
    update(by: gradient) { w, g, start, count in gannet_momentum(w, g, v + start, step, count) }
  }
}
