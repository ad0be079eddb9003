/// The memory layout of a tensor's elements.
///
/// Operations set it explicitly, because strides are ambiguous where an axis has size 1.
package enum Layout: Sendable {
  /// Contiguous, the last axis fastest.
  case rowMajor
  /// Shape `[N, C, H, W]`, contiguous in the order N, H, W, C.
  case channelsLast
  /// A range of the channels of a channels-last tensor: a matrix of pixels by channels with a
  /// leading dimension, the stride of W.
  case channelSlice
  /// Any other strides.
  case strided

  var isDense: Bool { self == .rowMajor || self == .channelsLast }
}

extension Shape {
  /// The strides of a dense tensor of this shape and `layout`.
  func strides(_ layout: Layout) -> Strides {
    guard layout == .channelsLast else { return rowMajorStrides }
    let (c, h, w) = (self[1], self[2], self[3])
    var strides = Strides(repeating: 0)
    strides[0] = h * w * c
    strides[1] = 1
    strides[2] = w * c
    strides[3] = c
    return strides
  }
}

extension Tensor {
  /// This tensor in row-major order; itself if it already is.
  public consuming func contiguous() -> Tensor {
    if layout == .rowMajor { return self }
    return layout == .channelsLast && hasOneOrder ? relabelled(.rowMajor) : copied(to: .rowMajor)
  }

  /// This tensor, `[N, C, H, W]`, in channels-last memory order N, H, W, C, as the convolution
  /// kernels need it. Shape, values and gradient do not change.
  public consuming func channelsLast() -> Tensor {
    guard shape.rank == 4 else {
      failShape("channelsLast", shape, expected: "[N, C, H, W]")
    }
    if layout == .channelsLast { return self }
    return layout == .rowMajor && hasOneOrder
      ? relabelled(.channelsLast) : copied(to: .channelsLast)
  }

  /// Whether row-major and channels-last order are the same: images of one channel or one pixel.
  private var hasOneOrder: Bool { shape[1] == 1 || shape[2] * shape[3] == 1 }

  private consuming func relabelled(_ layout: Layout) -> Tensor {
    var tensor = self
    tensor.strides = tensor.shape.strides(layout)
    tensor.layout = layout
    return tensor
  }

  /// Whether the elements are contiguous in row-major order.
  public var isContiguous: Bool { layout == .rowMajor }

  /// This tensor, or a copy, with contiguous elements; channels-last if it was a channels-last
  /// tensor or a slice of one.
  package consuming func dense() -> Tensor {
    switch layout {
    case .rowMajor, .channelsLast: self
    case .channelSlice: copied(to: .channelsLast)
    case .strided: copied(to: .rowMajor)
    }
  }

  /// A contiguous copy with the same node of the tape, since the values are the same.
  func copied(to layout: Layout) -> Tensor {
    let result = Tensor(uninitialized: shape, layout: layout)
    result.overwrite(with: self)
    var copy = result
    copy.node = node
    return copy
  }
}
