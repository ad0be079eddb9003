#if ONNX
import GannetTensor

extension ConvolutionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let y = graph.node(
      "Conv", [x[0], x[1], x.optional(2)],
      [
        "kernel_shape": .ints(Array(x.shape(1).suffix(2))), "strides": .ints(settings.stride.sizes),
        "pads": .ints(settings.padding.sizes), "dilations": .ints(settings.dilation.sizes),
        "group": .int(settings.groups),
      ])
    let sum = x.has(3) ? graph.node("Add", [y, x[3]]) : y
    return [graph.activate(sum, activation)]
  }
}

extension TransposedConvolutionOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let y = graph.node(
      "ConvTranspose", [x[0], x[1], x.optional(2)],
      [
        "kernel_shape": .ints(Array(x.shape(1).suffix(2))), "strides": .ints(settings.stride.sizes),
        "pads": .ints(settings.padding.sizes), "dilations": .ints(settings.dilation.sizes),
        "group": .int(settings.groups), "output_padding": .ints(outputPadding.sizes),
      ])
    return [graph.activate(y, activation)]
  }
}

extension PoolingOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let (kernel, strides) = (Attribute.ints(kernelSize.sizes), Attribute.ints(stride.sizes))
    let pads = Attribute.ints(padding.sizes)
    switch kind {
    case .maximum:
      return [
        graph.node(
          "MaxPool", [x[0]],
          ["kernel_shape": kernel, "strides": strides, "pads": pads, "ceil_mode": .bool(ceilMode)])
      ]
    case .average(let countsPadding):
      return [
        graph.node(
          "AveragePool", [x[0]],
          [
            "kernel_shape": kernel, "strides": strides, "pads": pads,
            "ceil_mode": .bool(ceilMode), "count_include_pad": .bool(countsPadding),
          ])
      ]
    }
  }
}

extension AdaptiveMaximumOperation: ExportableOperation {
  /// Windows may differ in size, so each is a slice; those of rows, then those of columns.
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let sizes = [outputSize.height, outputSize.width]
    let result = sizes.indices.reduce(x[0]) { input, number in
      let (axis, count) = (number + 2, sizes[number])
      let size = x.shape(0)[axis]
      let maxima = (0..<count).map { window in
        let (start, end) = (window * size / count, ((window + 1) * size + count - 1) / count)
        let part = graph.slice(input, from: start, to: end, along: axis, by: 1)
        return graph.reduce("ReduceMax", part, [axis], keepingAxes: true)
      }
      return graph.node("Concat", maxima, ["axis": .int(axis)])
    }
    return [result]
  }
}

extension AdaptivePoolingOperation: ExportableOperation {
  func write(_ x: ExportedStep, to graph: GraphWriter) -> [String] {
    let output = outputSize ?? 1
    if output == 1 { return [graph.node("GlobalAveragePool", [x[0]])] }
    // Windows may differ in size, so they are the rows of matrices.
    let rows = graph.initializer("rows", means(of: x.shape(0)[2], output.height))
    let columns = means(of: x.shape(0)[3], output.width).transposed().contiguous()
    let narrow = graph.node("MatMul", [x[0], graph.initializer("columns", columns)])
    return [graph.node("MatMul", [rows, narrow])]
  }

  /// The matrix, `[count, size]`, of the means of `count` windows of `size` elements.
  private func means(of size: Int, _ count: Int) -> Tensor {
    Tensor(shape: [count, size]) { elements in
      elements.update(repeating: 0)
      for window in 0..<count {
        let range = window * size / count..<((window + 1) * size + count - 1) / count
        for place in range { elements[window * size + place] = 1 / Float(range.count) }
      }
    }
  }
}

extension Size2D {
  fileprivate var sizes: [Int] { [height, width] }
}

extension Padding2D {
  /// At the begin of both axes, then at their ends.
  fileprivate var sizes: [Int] { [top, left, bottom, right] }
}
#endif
