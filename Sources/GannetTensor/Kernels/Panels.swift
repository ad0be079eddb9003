import CGannetKernels

/// The number of columns in a panel, whose rows are contiguous.
let panelWidth = Int(GANNET_PANEL)

extension Tensor {
  /// Packs the matrices along the first axis into panels, `[count, panels, rows, panelWidth]`,
  /// padded with zeros.
  ///
  /// - Parameter rows: The number of axes after the first that form a matrix's rows; the others
  ///   form its columns.
  func panels(rows: Int = 3) -> Tensor {
    let sizes = (1..<rank).map { shape[$0] }
    let (height, width) = (sizes[..<rows].reduce(1, *), sizes[rows...].reduce(1, *))
    let panels = (width + panelWidth - 1) / panelWidth
    let result = Tensor(zeros: [shape[0], panels, height, panelWidth])
    let matrices = reshaped(to: [shape[0], height, width])
    var strides = Strides(repeating: 0)
    (strides[0], strides[1], strides[2]) = (result.strides[0], panelWidth, 1)
    for panel in 0..<panels {
      let columns = panel * panelWidth..<Swift.min(width, (panel + 1) * panelWidth)
      Tensor(
        shape: [shape[0], height, columns.count], strides: strides, layout: .strided,
        offset: panel * result.strides[1], storage: result.storage
      ).overwrite(with: matrices.sliced(columns, along: 2))
    }
    return result
  }
}
