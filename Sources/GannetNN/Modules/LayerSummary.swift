import GannetTensor

/// The layers of a network with the shapes of their outputs: the book's `layer_summary`.
///
///     print(LeNet().net.layerSummary(input: [1, 1, 28, 28]))
public struct LayerSummary: Sendable {
  /// One layer.
  public struct Row: Hashable, Sendable {
    /// The name of the layer's type, such as `Conv2D`.
    public let layer: String
    /// The shape of its output.
    public let outputShape: Shape
  }

  /// The layers, in order.
  public let rows: [Row]
}

extension LayerSummary: CustomStringConvertible {
  public var description: String {
    var table = TextTable("layer", "output")
    for row in rows { table.append([row.layer, "\(row.outputShape)"]) }
    return table.plain()
  }
}

extension Sequential {
  /// The shape that each layer gives for zeros of the shape `input`, in prediction mode.
  public func layerSummary(input: Shape) -> LayerSummary {
    evaluating {
      var x = Tensor(zeros: input)
      return LayerSummary(
        rows: layers.map { layer in
          x = layer(x)
          return LayerSummary.Row(layer: "\(type(of: layer))", outputShape: x.shape)
        })
    }
  }
}
