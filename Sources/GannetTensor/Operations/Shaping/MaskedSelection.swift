extension Tensor {
  /// The elements where `mask` is not 0, in row-major order, as a vector (PyTorch's
  /// `masked_select`); shapes broadcast.
  ///
  ///     let known = targets.selected(where: targets .>= 0)
  ///
  /// The gradient of other elements is 0; `mask` gets none.
  public func selected(where mask: Tensor) -> Tensor {
    guard let common = shape.broadcast(with: mask.shape) else {
      failShapes("selected", shape, mask.shape)
    }
    let places = mask.detached().expanded(to: common).nonzeroPlaces
    return expanded(to: common).reshaped(to: [common.elementCount])
      .slices(at: IntTensor(places))
  }

  /// The indices of the elements that are not 0, in row-major order, `[K, rank]` (PyTorch's
  /// `nonzero`).
  public func nonzeroIndices() -> IntTensor {
    let sizes = Array(shape)
    let places = nonzeroPlaces
    var indices = [Int32](repeating: 0, count: places.count * sizes.count)
    for (number, place) in places.enumerated() {
      var rest = Int(place)
      for axis in sizes.indices.reversed() {
        indices[number * sizes.count + axis] = Int32(rest % sizes[axis])
        rest /= sizes[axis]
      }
    }
    return IntTensor(indices, shape: [places.count, sizes.count])
  }

  /// The row-major indices of the elements that are not 0.
  private var nonzeroPlaces: [Int32] {
    scalars.enumerated().compactMap { $0.element == 0 ? nil : Int32($0.offset) }
  }
}
