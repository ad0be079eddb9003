extension Tensor {
  /// This tensor, whose gradient is multiplied by `factor` on its way back; 0 cuts it off.
  public func scalingGradient(by factor: Float) -> Tensor {
    if factor == 1 { return self }
    if factor == 0 { return detached() }
    return detached().recorded("scaleGradient", [node]) { gradient in [gradient * factor] }
  }
}
