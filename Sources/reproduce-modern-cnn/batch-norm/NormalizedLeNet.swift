import Gannet

/// The book's LeNet for batch normalization (section 8.5.5), without padding, with layers of one's
/// choice that normalize: 6 maps, 16 maps, 120, 84, 10.
struct NormalizedLeNet: Sendable {
  /// Makes the normalization of feature maps; nil for none.
  var maps: @Sendable (_ channels: Int, _ height: Int) -> (any Layer)?
  /// Makes the normalization of vectors; nil for none.
  var vectors: @Sendable (_ size: Int) -> (any Layer)?
  /// Whether the activation comes first.
  var isAfterActivation = false

  /// Batch normalization from raw tensors.
  static let byHand = NormalizedLeNet(
    maps: { channels, _ in BatchNormByHand(channels) }, vectors: { BatchNormByHand($0) })

  /// The library's batch normalization.
  static let batchNorm = NormalizedLeNet(
    maps: { channels, _ in BatchNorm2D(channels) }, vectors: { BatchNorm1D($0) })

  /// Batch normalization of the maps alone, which a batch of one image allows.
  static let convolutional = NormalizedLeNet(
    maps: { channels, _ in BatchNorm2D(channels) }, vectors: { _ in nil })

  /// Layer normalization.
  static let layerNorm = NormalizedLeNet(
    maps: { LayerNorm([$0, $1, $1]) }, vectors: { LayerNorm([$0]) })

  /// Makes the network, with Xavier initialization.
  func callAsFunction() -> Sequential {
    let xavier = Initializer.xavierUniform()
    return Sequential {
      Conv2D(1, 6, kernelSize: 5, weightInitializer: xavier)
      activated(maps(6, 24))
      AveragePool2D(2)
      Conv2D(6, 16, kernelSize: 5, weightInitializer: xavier)
      activated(maps(16, 8))
      AveragePool2D(2)
      Flatten()
      Linear(256, 120, weightInitializer: xavier)
      activated(vectors(120))
      Linear(120, 84, weightInitializer: xavier)
      activated(vectors(84))
      Linear(84, 10, weightInitializer: xavier)
    }
  }

  private func activated(_ norm: (any Layer)?) -> [any Layer] {
    guard let norm else { return [Sigmoid()] }
    return isAfterActivation ? [Sigmoid(), norm] : [norm, Sigmoid()]
  }
}
