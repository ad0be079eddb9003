import GannetTensor

extension ChannelStatistics {
  /// The statistics of all parts of a batch, of which `x` is one.
  init(of x: Tensor, over talk: any PartTalk) {
    let own = ChannelStatistics(of: x)
    self.init(channels: x.shape[1])
    for part in talk.gathered(own.moments) { merge(ChannelStatistics(moments: part)) }
  }

  /// `x`, whose statistics among those of all parts these are, with the gradient that flows through
  /// the mean and the variance, too, once a norm with constant ones has passed on its own.
  ///
  /// With g that gradient, n the number of values of a channel, and x̂ = (x - mean) / √(variance + ε):
  /// g - Σ g / n - x̂ Σ g x̂ / n, the sums over all parts.
  func attached(to x: Tensor, epsilon: Float, over talk: any PartTalk) -> Tensor {
    let behind = 2..<Swift.max(2, x.rank)
    let shape = Shape([x.shape[1]] + behind.map { _ in 1 })
    let axes = Axes([0] + behind)
    let (mean, count) = (mean.reshaped(to: shape), Double(count))
    let inverse = (1 / sqrt(variance + epsilon)).reshaped(to: shape)
    return Tensor.operation("synchronizedStatistics", inputs: [x]) {
      $0[0]
    } backward: { gradient, inputs, _ in
      let standard = (inputs[0] - mean) * inverse
      let sums = gradient.sum(along: axes).scalars + (gradient * standard).sum(along: axes).scalars
      let totals = talk.gathered(sums.map(Double.init))
        .reduce(sums.map { _ in 0.0 }) { zip($0, $1).map(+) }
      let means = Tensor(totals.map { Float($0 / count) }, shape: [2, sums.count / 2])
      return [
        gradient - means[0].reshaped(to: shape) - standard * means[1].reshaped(to: shape)
      ]
    }
  }
}

extension Module {
  /// Sets whether batch norms normalize by the statistics of the whole batch where a `Trainer` cuts
  /// it into parts, as on several ranks; by default each part has its own. It costs two exchanges
  /// with the other ranks for each layer, and the memory of all parts of a rank at once.
  public func synchronizeBatchNorms(_ isOn: Bool = true) {
    for case let norm as BatchNorm in namedModules.map(\.module) { norm.isSynchronized = isOn }
  }
}
