import CGannetKernels

/// The patches of images: im2col and col2im.
struct Patches {
  private let images: UnsafeMutablePointer<Float>
  private let imageStride: Int
  private let outputHeight: Int
  private let rowSize: Int
  /// Whether the convolution is 1x1 with stride 1, so that patches are the pixels themselves.
  let arePixels: Bool
  private let form: gannet_patches

  init(_ images: Tensor, _ geometry: ConvolutionGeometry) {
    self.images = images.pointer
    imageStride = images.strides[0]
    outputHeight = geometry.outputHeight
    rowSize = geometry.outputWidth * geometry.patchSize
    // A transposed convolution's output padding makes images larger than the area under the kernel.
    arePixels = geometry.isPointwise
    form = gannet_patches(
      height: geometry.height, width: geometry.width, channels: geometry.groupChannels,
      ld: images.strides[3], kernel_height: geometry.kernel.height,
      kernel_width: geometry.kernel.width, output_width: geometry.outputWidth,
      stride_y: geometry.stride.height, stride_x: geometry.stride.width,
      dilation_y: geometry.dilation.height, dilation_x: geometry.dilation.width,
      top: geometry.padding.top, left: geometry.padding.left)
  }

  /// The address of the image of an output row, counted over the batch, at a group's channels.
  private func image(of row: Int, _ group: Int) -> UnsafeMutablePointer<Float> {
    images + row / outputHeight * imageStride + group * form.channels
  }

  /// The pixels of rows `rows`, counted over the batch, where patches are pixels.
  func pixels(_ rows: Range<Int>, _ group: Int) -> UnsafeMutablePointer<Float> {
    images + rows.lowerBound * form.output_width * form.ld + group * form.channels
  }

  /// The patches of output rows `rows`, counted over the batch: in place, or copied to `scratch`.
  func columns(
    _ rows: Range<Int>, _ group: Int, in scratch: UnsafeMutablePointer<Float>
  ) -> BLAS.Operand {
    if arePixels { return BLAS.Operand(pixels(rows, group), stride: form.ld) }
    for (index, row) in rows.enumerated() {
      gannet_im2col(image(of: row, group), form, row % outputHeight, scratch + index * rowSize)
    }
    return BLAS.Operand(scratch, stride: rowSize / form.output_width)
  }

  /// The adjoint: adds the patches to the images.
  func add(_ columns: UnsafePointer<Float>, _ rows: Range<Int>, _ group: Int) {
    for (index, row) in rows.enumerated() {
      gannet_col2im(columns + index * rowSize, form, row % outputHeight, image(of: row, group))
    }
  }
}
