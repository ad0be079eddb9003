extension Tensor {
  /// The product of the elements along `axes`, all by default, which are removed or, with
  /// `keepingAxes`, kept at size 1; 1 without elements.
  ///
  /// Halves are multiplied with one another, so that rounding grows with the logarithm of their
  /// number, and gradients are exact where elements are 0.
  public func product(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    let reduction = AxisReduction(self, axes, "product")
    let shape = keepingAxes ? reduction.keptShape : reduction.squeezedShape
    guard reduction.reduced > 0 else { return Tensor(ones: shape) }
    var y = reduction.grouped(self)
    while y.shape[1] > 1 {
      let (count, half) = (y.shape[1], y.shape[1] / 2)
      let product = y.sliced(0..<half, along: 1) * y.sliced(half..<2 * half, along: 1)
      y =
        count % 2 == 0
        ? product : concatenate([product, y.sliced(count - 1..<count, along: 1)], along: 1)
    }
    return y.reshaped(to: shape)
  }

  /// 1 where an element along `axes`, all by default, is not 0, else 0; NaN is not 0. Without
  /// gradient.
  public func any(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    (detached() .!= 0).sum(along: axes, keepingAxes: keepingAxes) .> 0
  }

  /// 1 where no element along `axes`, all by default, is 0, else 0; NaN is not 0. Without gradient.
  public func all(along axes: Axes = .all, keepingAxes: Bool = false) -> Tensor {
    (detached() .== 0).sum(along: axes, keepingAxes: keepingAxes) .== 0
  }
}
