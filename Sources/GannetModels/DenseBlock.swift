import GannetNN
import GannetTensor

/// Layers of which each one's result is concatenated with its input (the book's section 8.7.2).
///
///     DenseBlock(3, layerCount: 2, growthRate: 10)(Tensor(zeros: [4, 3, 8, 8]))  // [4, 23, 8, 8]
public final class DenseBlock: Layer, NamedParts {
  public static let partNames = ["layers": ""]
  /// The layers, first to last: `denselayer1`, `denselayer2`, ...
  public let layers: Sequential

  /// A block from `inputChannels` to `inputChannels + layerCount * growthRate` channels.
  public init(
    _ inputChannels: Int, layerCount: Int, growthRate: Int, bottleneck: Int? = nil,
    hasBias: Bool = true, weightInitializer: Initializer = .fanInUniform
  ) {
    layers = Sequential(
      named: (0..<layerCount).map { index in
        (
          "denselayer\(index + 1)",
          DenseLayer(
            inputChannels + index * growthRate, growthRate: growthRate, bottleneck: bottleneck,
            hasBias: hasBias, weightInitializer: weightInitializer)
        )
      })
  }

  /// `[N, C, H, W]` to `[N, C + layerCount * growthRate, H, W]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    layers.reduce(x) { concatenate([$0, $1($0)], along: 1) }
  }
}

/// Normalization, ReLU and a 3x3 convolution; with a bottleneck, normalization, ReLU and a 1x1
/// convolution before them.
public final class DenseLayer: Layer {
  public let norm1: BatchNorm2D
  public let conv1: Conv2D
  /// nil without a bottleneck.
  public let norm2: BatchNorm2D?
  /// nil without a bottleneck.
  public let conv2: Conv2D?

  /// A layer from `inputChannels` to `growthRate` channels.
  ///
  /// - Parameter bottleneck: The width of the 1x1 convolution in growth rates; nil has none.
  public init(
    _ inputChannels: Int, growthRate: Int, bottleneck: Int? = nil, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform
  ) {
    func convolution(_ inputs: Int, _ outputs: Int, _ kernelSize: Int) -> Conv2D {
      Conv2D(
        inputs, outputs, kernelSize: Size2D(kernelSize), padding: Padding2D(kernelSize / 2),
        hasBias: hasBias, weightInitializer: weightInitializer)
    }
    norm1 = BatchNorm2D(inputChannels)
    guard let bottleneck else {
      conv1 = convolution(inputChannels, growthRate, 3)
      (norm2, conv2) = (nil, nil)
      return
    }
    let width = bottleneck * growthRate
    conv1 = convolution(inputChannels, width, 1)
    norm2 = BatchNorm2D(width)
    conv2 = convolution(width, growthRate, 3)
  }

  /// `[N, C, H, W]` to `[N, growthRate, H, W]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let y = conv1(norm1(x, followedBy: .relu))
    guard let norm2, let conv2 else { return y }
    return conv2(norm2(y, followedBy: .relu))
  }
}
