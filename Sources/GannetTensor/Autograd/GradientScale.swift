extension Tensor {
  /// Returns this tensor and scales its gradient by `factor` in the backward pass; 0 blocks it.
  public func scalingGradient(by factor: Float) -> Tensor {
    if factor == 1 { return self }
    if factor == 0 { return detached() }
    return detached().recorded("scaleGradient", [node]) { gradient in [gradient * factor] }
  }
}
