import GannetNN
import GannetTensor

/// Layers of which each one's result is concatenated with its input (the book's section 8.7.2).
///
/// All results are in one buffer, which each layer reads up to where it writes. What a layer
/// normalizes is not saved but computed anew in the backward pass, so that memory grows with the
/// number of layers, not with its square.
///
///     DenseBlock(3, layerCount: 2, growthRate: 10)(Tensor(zeros: [4, 3, 8, 8]))  // [4, 23, 8, 8]
public final class DenseBlock: Layer, NamedParts {
  public static let partNames = ["layers": ""]
  /// The layers, first to last: `denselayer1`, `denselayer2`, ...
  public let layers: Sequential
  private let inputChannels: Int
  package let outputChannels: Int

  /// A block from `inputChannels` to `inputChannels + layerCount * growthRate` channels.
  public init(
    _ inputChannels: Int, layerCount: Int, growthRate: Int, bottleneck: Int? = nil,
    hasBias: Bool = true, weightInitializer: Initializer = .fanInUniform
  ) {
    self.inputChannels = inputChannels
    outputChannels = inputChannels + layerCount * growthRate
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

  /// `[N, C, H, W]` to `[N, C + layerCount * growthRate, H, W]`. Stops at other channels.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    checkInput(x)
    let buffer = ChannelBuffer(channels: outputChannels)
    buffer.append(x)
    return extend(buffer)
  }

  private func checkInput(_ x: Tensor) {
    guard x.rank == 4, x.shape[1] == inputChannels else {
      failShape("DenseBlock", x.shape, expected: "[N, \(inputChannels), H, W]")
    }
  }
}

extension DenseBlock: ExtendingLayer {
  package func extend(_ buffer: ChannelBuffer) -> Tensor {
    checkInput(buffer.joined)
    for layer in layers { layer(buffer.joined, into: buffer) }
    return buffer.joined
  }
}

/// Normalization, ReLU and a 3x3 convolution; with a bottleneck, normalization, ReLU and a 1x1
/// convolution before them.
public final class DenseLayer: Layer {
  /// The normalization of the input.
  public let norm1: BatchNorm2D
  /// The first convolution: 3x3, or 1x1 with a bottleneck.
  public let conv1: Conv2D
  /// nil without a bottleneck.
  public let norm2: BatchNorm2D?
  /// nil without a bottleneck.
  public let conv2: Conv2D?

  /// A layer from `inputChannels` to `growthRate` channels.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - growthRate: The channels that the layer adds.
  ///   - bottleneck: The width of the 1x1 convolution in growth rates; nil has none.
  ///   - hasBias: Whether convolutions have a bias; true by default.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    _ inputChannels: Int, growthRate: Int, bottleneck: Int? = nil, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform
  ) {
    func convolution(_ inputs: Int, _ outputs: Int, _ kernelSize: Int) -> Conv2D {
      Conv2D(
        inputs, outputs, kernelSize: Size2D(kernelSize), padding: Padding2D(kernelSize / 2),
        hasBias: hasBias, weightInitializer: weightInitializer)
    }
    norm1 = BatchNorm2D(inputChannels, recomputesResult: true)
    guard let bottleneck else {
      conv1 = convolution(inputChannels, growthRate, 3)
      (norm2, conv2) = (nil, nil)
      return
    }
    let width = bottleneck * growthRate
    conv1 = convolution(inputChannels, width, 1)
    norm2 = BatchNorm2D(width, recomputesResult: true)
    conv2 = convolution(width, growthRate, 3)
  }

  /// `[N, C, H, W]` to `[N, growthRate, H, W]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { result(for: x, in: nil) }

  private func result(for x: Tensor, in buffer: ChannelBuffer?) -> Tensor {
    let normalized = norm1(x, followedBy: .relu)
    let epilogue = Epilogue(buffer: buffer)
    guard let norm2, let conv2 else { return conv1(normalized, followedBy: epilogue) }
    return conv2(norm2(conv1(normalized), followedBy: .relu), followedBy: epilogue)
  }
}

extension DenseLayer: FillingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    result(for: x, in: buffer)
  }
}
