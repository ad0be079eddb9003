import CGannetKernels

// Losses by the distance of a prediction from its target.

/// The mean squared error, of (x - t)².
///
/// - Parameters:
///   - predictions: Any shape.
///   - targets: The same shape, without broadcasting; may require a gradient, too.
///   - reduction: How the losses become one; their mean by default.
/// - Returns: A scalar, or the losses in the shape of `predictions` for `none`.
public func meanSquaredError(
  _ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
  elementLoss("meanSquaredError", predictions, targets, reduction) { x, t, losses, _, count in
    gannet_squared_error(x, t, losses, count)
  } gradients: { gradient in
    both((predictions - targets) * (gradient * 2), targets)
  }
}

/// The mean absolute error, of |x - t|: the L1 loss. Shapes are as in
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

/// The Huber loss of the difference d: d² / 2 up to |d| = `delta`, delta (|d| - delta / 2) beyond,
/// which bounds the gradient of outliers (Huber, 1964). Shapes are as in
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

/// The smooth L1 loss: ``huberLoss(_:_:delta:reduction:)`` with delta `beta`, divided by `beta`, so
/// that its slope is 1 beyond.
public func smoothL1Loss(
  _ predictions: Tensor, _ targets: Tensor, beta: Float = 1, reduction: Reduction = .mean
) -> Tensor {
  if beta == 0 { return meanAbsoluteError(predictions, targets, reduction: reduction) }
  return huberLoss(predictions, targets, delta: beta, reduction: reduction) / beta
}

/// The gradients of a function of the difference; the target's is the negative, if needed.
private func both(_ gradient: Tensor, _ targets: Tensor) -> (x: Tensor, targets: Tensor?) {
  (gradient, targets.requiresGradient ? -gradient : nil)
}
