import CGannetKernels

/// Transformed kernels: for each point a matrix of channels by channels, packed for
/// `gannet_multiply_packed`.
struct WinogradKernels: WeightForm {
  let storage: Storage
  private let stride: Int

  /// Transforms contiguous kernels `[rows, kh, kw, channels]`, or their mirror images.
  init(_ form: WinogradForm, _ kernels: Tensor, mirrored: Bool = false) {
    let (rows, channels) = (kernels.shape[0], kernels.shape[3])
    let size = gannet_packed_count(rows, channels)
    stride = size + 16
    storage = Storage(count: form.points * stride)
    let (planes, stride) = (storage.pointer, stride)
    let depth = Int(GANNET_DEPTH)
    let rowSize = rows == 0 ? 0 : size / rows
    // A mirror image is read backwards from the last element.
    let (first, sign) = mirrored ? ((form.kernelElements - 1) * channels, -1) : (0, 1)
    form.forEachKernel(of: kernels, sign) { row, kernel, shape, scratch in
      let block = row / depth * depth
      var shape = shape
      (shape.plane, shape.ld, shape.panel) = (
        stride, panelWidth, min(depth, rows - block) * panelWidth
      )
      gannet_to_planes(
        form.kernel, kernel + first, shape, scratch,
        planes + block * rowSize + (row - block) * panelWidth)
    }
  }

  /// The matrix of `point`.
  func pointer(_ point: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.pointer + point * stride)
  }
}

extension WinogradPlanes {
  /// Transforms the first `rows` rows back to kernels, `[rows, kh, kw, channels]`.
  func kernels(rows: Int) -> Tensor {
    let kernels = Tensor(uninitialized: [rows, form.kernelSize, form.kernelSize, channels])
    form.forEachKernel(of: kernels, 1) { row, kernel, shape, scratch in
      var shape = shape
      (shape.plane, shape.ld, shape.panel) = (stride, rowStride, panelWidth)
      gannet_from_planes(form.kernel, pointer(0) + row * rowStride, shape, scratch, kernel)
    }
    return kernels
  }
}

extension WinogradForm {
  /// Calls `body` for each kernel with its index, its first element, its description as an image of
  /// one tile, and scratch memory.
  ///
  /// - Parameter sign: -1 to read elements backwards.
  fileprivate func forEachKernel(
    of kernels: Tensor, _ sign: Int,
    _ body: (Int, UnsafeMutablePointer<Float>, gannet_tiles, UnsafeMutablePointer<Float>) -> Void
  ) {
    let channels = kernels.shape[3]
    let shape = gannet_tiles(
      height: kernelSize, width: kernelSize, row_step: sign * kernelSize * channels,
      step: sign * channels, channels: channels, top: 0, left: 0, tiles: 1, tile_step: 0, plane: 0,
      ld: 0, ahead: kernelElements * channels, panel: 0)
    let start = kernels.pointer
    ThreadPool.shared.forEach(
      kernels.shape[0], by: max(1, elementwiseChunk / max(1, points * channels))
    ) { range in
      let scratch = Storage(count: (points + 1) * (channels + 7))
      for row in range {
        body(row, start + row * kernelElements * channels, shape, scratch.pointer)
      }
    }
    withExtendedLifetime(kernels.storage) {}
  }
}
