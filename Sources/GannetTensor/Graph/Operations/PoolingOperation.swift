/// Pooling of images by windows of one size.
package struct PoolingOperation: GraphOperation {
  package enum Kind: Sendable {
    case maximum
    /// Whether the mean counts the padding.
    case average(countsPadding: Bool)
  }

  package let kind: Kind
  package let kernelSize: Size2D
  package let stride: Size2D
  package let padding: Padding2D
  package let ceilMode: Bool

  package var name: String { "pooling" }

  package func shapes(of inputs: GraphInputs) -> [Shape]? {
    let geometry = PoolingGeometry(
      "pooling", inputs[0].shape, kernel: kernelSize, stride: stride, padding: padding,
      ceilMode: ceilMode, countsPadding: false)
    return [geometry.output]
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    let y =
      switch kind {
      case .maximum:
        maxPool2D(
          inputs[0], kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
          into: buffer)
      case .average(let countsPadding):
        averagePool2D(
          inputs[0], kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
          countsPadding: countsPadding, into: buffer)
      }
    return [.tensor(y)]
  }
}
