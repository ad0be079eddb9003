import GannetTensor

extension TensorDataset where Inputs == Tensor, Targets == Tensor {
  /// Makes the examples of an autoregressive model, which predicts a value from the `order` values
  /// before it: features `[T - order, order]`, oldest first, and targets `[T - order, 1]` (Dive
  /// into Deep Learning, section 9.1.2).
  ///
  ///     TensorDataset(autoregressing: [1, 2, 3, 4], order: 2)  // [1, 2] -> 3, [2, 3] -> 4
  ///
  /// Stops unless the series is longer than `order`.
  public init(autoregressing series: [Float], order: Int) {
    guard order > 0, series.count > order else {
      fail("TensorDataset: \(series.count) values are too few for order \(order)")
    }
    let count = series.count - order
    self.init(
      features: Tensor((0..<count).flatMap { series[$0..<$0 + order] }, shape: [count, order]),
      targets: Tensor(Array(series[order...]), shape: [count, 1]))
  }
}
