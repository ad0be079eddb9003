import CGannetKernels

/// The columns of a panel, whose rows lie one behind the other.
let panelWidth = Int(GANNET_PANEL)

extension Tensor {
  /// Matrices, as many as the first axis has, in panels: `[count, panels, rows, panelWidth]`, filled up with zeros.
  ///
  /// - Parameter rows: How many axes behind the first make a matrix's rows; the others make its columns.
  func panels(rows: Int = 3) -> Tensor {
    let sizes = (1..<rank).map { shape[$0] }
    let (height, width) = (sizes[..<rows].reduce(1, *), sizes[rows...].reduce(1, *))
    let panels = (width + panelWidth - 1) / panelWidth
    let result = Tensor(zeros: [shape[0], panels, height, panelWidth])
    let matrices = reshaped(to: [shape[0], height, width] as Shape)
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
