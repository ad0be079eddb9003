import Gannet

extension SectionResult {
  /// Adds the elements of a matrix.
  package mutating func add(_ matrix: MatrixFigures, _ values: Tensor) {
    for (row, figures) in zip(values.unstacked(), matrix.elements) {
      for (value, figure) in zip(row.scalars, figures) { self[figure] = Double(value) }
    }
  }

  /// Adds sizes of images of `shape`, `[N, C, H, W]`.
  package mutating func add(_ sizes: ShapeFigures, _ shape: Shape) {
    for (axis, figure) in sizes.axes { self[figure] = Double(shape[axis]) }
  }

  /// Adds the output shapes of some of a network's layers, each under its index, for images of the
  /// shape `input`; returns the last layer's.
  @discardableResult
  package mutating func add(
    _ shapes: [(index: Int, figures: ShapeFigures)], of layers: Sequential, on input: Shape
  ) -> Shape {
    let outputs = layers.layerSummary(input: input).rows.map(\.outputShape)
    for (index, figures) in shapes { add(figures, outputs[index]) }
    return outputs.last ?? input
  }

  /// Adds the curves of a training and their final values as figures.
  package mutating func add(_ training: TrainingCurves, as figures: TrainingFigures) {
    for var curve in training.curves {
      let figure = figures.end(of: curve.name)
      curve.name = figure.name
      curves.append(curve)
      if let final = curve.final { self[figure] = final }
    }
  }

  /// Adds the curves of a training, their final values as figures, and their plot, called as the
  /// variant or `curves`.
  ///
  /// - Parameter y: The vertical axis of the plot. By default it is linear, without a label.
  package mutating func add(
    _ training: TrainingCurves, as figures: TrainingFigures, title: String, y: Axis = Axis("")
  ) {
    add(training, as: figures)
    plots.append(
      Plot(figures.variant ?? "curves", title: title, curves: training.curves, y: y))
  }
}
