import GannetNN
import GannetTensor

/// The book's design space of networks (section 8.8; Radosavovic et al., 2020): a stem, stages of
/// ``ResNeXtBlock``s, of which each stage's first one halves the image, and a linear layer.
///
/// Parts have torchvision's names in RegNet: `stem.0.weight`,
/// `trunk_output.block1.block1-0.f.a.0.weight`.
public final class AnyNet: Layer, NamedParts {
  public static let partNames = ["trunk": "trunk_output"]

  /// Blocks of one shape.
  public struct Stage: Sendable, Equatable {
    /// The number of blocks.
    public var depth: Int
    /// Channels of each block's result.
    public var width: Int
    /// Channels of a group of the 3x3 convolutions.
    public var groupWidth: Int
    /// Channels of the 3x3 convolutions over `width`.
    public var bottleneckRatio: Float

    /// Makes a stage of `depth` blocks.
    public init(depth: Int, width: Int, groupWidth: Int, bottleneckRatio: Float = 1) {
      self.depth = depth
      self.width = width
      self.groupWidth = groupWidth
      self.bottleneckRatio = bottleneckRatio
    }
  }

  /// The layers before the first stage.
  public let stem: Sequential
  /// The stages.
  public let trunk: Sequential
  /// The layer from pooled features to logits.
  public let fc: Linear

  /// A network of `stages`.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - stemChannels: The channels of the stem, a 3x3 convolution of stride 2.
  ///   - stages: The stages, each of which halves the image.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation over a block's input; nil has
  ///     none.
  ///   - hasBias: Whether convolutions have one, as in the book.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  ///   - outputInitializer: The initializer of the last layer's weight.
  public init(
    inputChannels: Int = 1, classCount: Int = 10, stemChannels: Int = 32, stages: [Stage],
    squeezeRatio: Float? = nil, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform,
    outputInitializer: Initializer = .fanInUniform
  ) {
    guard let last = stages.last, stages.allSatisfy({ $0.depth > 0 }) else {
      fail("AnyNet: \(stages.count) stages, expected one or more that have blocks")
    }
    stem = Sequential {
      Conv2D(
        inputChannels, stemChannels, kernelSize: 3, stride: 2, padding: 1, hasBias: hasBias,
        weightInitializer: weightInitializer)
      BatchNorm2D(stemChannels)
      ReLU()
    }
    let inputs = [stemChannels] + stages.dropLast().map(\.width)
    trunk = Sequential(
      named: zip(stages, inputs).enumerated().map { index, each in
        let (stage, input) = each
        let blocks = (0..<stage.depth).map { block in
          (
            "block\(index + 1)-\(block)",
            ResNeXtBlock(
              block == 0 ? input : stage.width, stage.width, groupWidth: stage.groupWidth,
              bottleneckRatio: stage.bottleneckRatio, stride: block == 0 ? 2 : 1,
              squeezeRatio: squeezeRatio, hasBias: hasBias, weightInitializer: weightInitializer)
              as any Layer
          )
        }
        return ("block\(index + 1)", Sequential(named: blocks))
      })
    fc = Linear(last.width, classCount, weightInitializer: outputInitializer)
  }

  /// `[N, C, H, W]` to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    fc(globalAveragePool2D(trunk(stem(x))).flattened(from: 1))
  }
}
