import CGannetKernels
import GannetTensor

// Losses by the distance of a prediction from its target.

/// The mean of the squared differences (x - t)².
///
/// - Parameters:
///   - predictions: Any shape.
///   - targets: The same shape, not one that broadcasts to it; may have a gradient too.
/// - Returns: A scalar, or the shape of `predictions` where nothing is reduced.
public func meanSquaredError(
  _ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
  elementLoss("meanSquaredError", predictions, targets, reduction) { x, t, losses, _, count in
    gannet_squared_error(x, t, losses, count)
  } gradients: { gradient in
    both((predictions - targets) * (gradient * 2), targets)
  }
}

/// The mean of the absolute differences |x - t|, the L1 loss; shapes as in
/// ``meanSquaredError(_:_:reduction:)``. The gradient at 0 is 0.
public func meanAbsoluteError(
  _ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
  elementLoss("meanAbsoluteError", predictions, targets, reduction) { x, t, losses, _, count in
    gannet_absolute_error(x, t, losses, count)
  } gradients: { gradient in
    both(sign(predictions - targets) * gradient, targets)
  }
}

/// The mean of half the squared difference d up to `delta`, and of delta (|d| - delta / 2) beyond, so
/// that outliers pull no harder than others (Huber, 1964); shapes as in
/// ``meanSquaredError(_:_:reduction:)``.
public func huberLoss(
  _ predictions: Tensor, _ targets: Tensor, delta: Float = 1, reduction: Reduction = .mean
) -> Tensor {
  guard delta > 0 else { fail("huberLoss: delta \(delta), expected above 0") }
  return elementLoss("huberLoss", predictions, targets, reduction) { x, t, losses, _, count in
    gannet_huber(x, t, delta, losses, count)
  } gradients: { gradient in
    both((predictions - targets).clamped(to: -delta...delta) * gradient, targets)
  }
}

/// ``huberLoss(_:_:delta:reduction:)`` divided by its delta, here `beta`: the slope beyond is 1, and the
/// absolute difference is its limit at 0.
public func smoothL1Loss(
  _ predictions: Tensor, _ targets: Tensor, beta: Float = 1, reduction: Reduction = .mean
) -> Tensor {
  if beta == 0 { return meanAbsoluteError(predictions, targets, reduction: reduction) }
  return huberLoss(predictions, targets, delta: beta, reduction: reduction) / beta
}

/// The gradients of a function of the difference: that of the target is the negative, where it is asked for.
private func both(_ gradient: Tensor, _ targets: Tensor) -> (x: Tensor, targets: Tensor?) {
  (gradient, targets.requiresGradient ? -gradient : nil)
}
