import GannetNN
import GannetTensor

/// VGG networks (the book's section 8.2; Simonyan and Zisserman, 2014): blocks of 3x3 convolutions
/// and a max pooling that halves the image, then three linear layers with dropout.
///
/// Parts have torchvision's names: `features.0.weight`, `classifier.6.bias`.
public final class VGG: Layer {
  /// 3x3 convolutions of one width, behind which the image is halved.
  public struct Block: Sendable {
    /// The number of convolutions.
    public let convolutionCount: Int
    /// The channels of their results.
    public let channels: Int

    /// Makes a block of `convolutionCount` convolutions to `channels` channels.
    public init(_ convolutionCount: Int, _ channels: Int) {
      self.convolutionCount = convolutionCount
      self.channels = channels
    }
  }

  /// The convolutions and poolings.
  public let features: Sequential
  /// Pooling to the 7x7 pixels that the classifier takes, whatever the image's size.
  public let avgpool = AdaptiveAveragePool2D(7)
  /// The linear layers, from the flattened image to the logits.
  public let classifier: Sequential

  /// A network of `blocks`, by default the book's narrow VGG-11 (43,093,322 parameters for grey
  /// images of ten classes).
  public init(
    _ blocks: [Block] = VGG.narrow, inputChannels: Int = 1, classCount: Int = 10,
    dropout: Float = 0.5, weightInitializer: Initializer = .xavierUniform()
  ) {
    guard let last = blocks.last, blocks.allSatisfy({ $0.convolutionCount > 0 }) else {
      fail("VGG: \(blocks.count) blocks, expected one or more that have convolutions")
    }
    let inputs = [inputChannels] + blocks.dropLast().map(\.channels)
    features = Sequential {
      for (block, input) in zip(blocks, inputs) {
        for index in 0..<block.convolutionCount {
          Conv2D(
            index == 0 ? input : block.channels, block.channels, kernelSize: 3, padding: 1,
            weightInitializer: weightInitializer)
          ReLU()
        }
        MaxPool2D(2)
      }
    }
    classifier = Sequential {
      for inputs in [last.channels * 49, 4_096] {
        Linear(inputs, 4_096, weightInitializer: weightInitializer)
        ReLU()
        Dropout(dropout)
      }
      Linear(4_096, classCount, weightInitializer: weightInitializer)
    }
  }

  /// `[N, C, H, W]` of 32x32 pixels or more to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let y = features(x)
    return classifier((y.shape[2] == 7 && y.shape[3] == 7 ? y : avgpool(y)).flattened(from: 1))
  }
}

extension VGG {
  private static func blocks(_ counts: [Int], _ channels: [Int]) -> [Block] {
    zip(counts, channels).map { Block($0, $1) }
  }

  /// The blocks of VGG-11 with a quarter of its channels, which the book trains.
  public static let narrow = blocks([1, 1, 2, 2, 2], [16, 32, 64, 128, 128])

  /// The blocks of VGG-11, VGG-13, VGG-16 and VGG-19, the paper's networks A, B, D and E.
  ///
  /// - Parameter depth: The number of layers with weights: 11, 13, 16 or 19.
  public static func blocks(depth: Int) -> [Block] {
    let counts = [
      11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4],
    ]
    guard let count = counts[depth] else { fail("VGG: depth \(depth), expected 11, 13, 16 or 19") }
    return blocks(count, [64, 128, 256, 512, 512])
  }

  /// The network whose weights torchvision has as `vgg11`, `vgg13`, `vgg16` and `vgg19`:
  /// 132,863,336 parameters at a depth of 11.
  public static func torchvision(
    depth: Int, inputChannels: Int = 3, classCount: Int = 1_000, dropout: Float = 0.5
  ) -> VGG {
    VGG(
      blocks(depth: depth), inputChannels: inputChannels, classCount: classCount,
      dropout: dropout, weightInitializer: .heNormal(fan: .outputs))
  }
}
