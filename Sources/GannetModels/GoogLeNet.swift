import GannetNN
import GannetTensor

/// GoogLeNet (the book's section 8.4; Szegedy et al., 2015): a stem of three convolutions, nine
/// ``Inception`` blocks, the mean over the image, and a linear layer.
///
/// Parts have torchvision's names: `inception3a.branch1.conv.weight`.
public final class GoogLeNet: Layer {
  /// Networks of one structure that differ in details.
  public enum Style: Sendable {
    /// Convolutions with a bias and without normalization: 5,977,530 parameters for grey images of
    /// ten classes.
    case book
    /// Batch normalization, pooling that rounds up, 3x3 in place of 5x5, dropout: `googlenet`
    /// without its auxiliary classifiers.
    case torchvision
  }

  /// The first convolution of the stem, 7x7 of stride 2.
  public let conv1: ConvolutionBlock
  /// The second convolution of the stem, 1x1.
  public let conv2: ConvolutionBlock
  /// The third convolution of the stem, 3x3.
  public let conv3: ConvolutionBlock
  /// Block 3a of the paper.
  public let inception3a: Inception
  /// Block 3b of the paper.
  public let inception3b: Inception
  /// Block 4a of the paper.
  public let inception4a: Inception
  /// Block 4b of the paper.
  public let inception4b: Inception
  /// Block 4c of the paper.
  public let inception4c: Inception
  /// Block 4d of the paper.
  public let inception4d: Inception
  /// Block 4e of the paper.
  public let inception4e: Inception
  /// Block 5a of the paper.
  public let inception5a: Inception
  /// Block 5b of the paper.
  public let inception5b: Inception
  /// The dropout before the last layer; nil in the book's style.
  public let dropout: Dropout?
  /// The layer from pooled features to logits.
  public let fc: Linear
  private let pool, lastPool: MaxPool2D

  /// A network for `classCount` classes; Xavier's rule is the book's.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - style: The details of the network, the book's by default.
  ///   - dropout: Before the last layer, in torchvision's style alone.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public init(
    inputChannels: Int = 1, classCount: Int = 10, style: Style = .book, dropout: Float = 0.2,
    weightInitializer: Initializer = .xavierUniform()
  ) {
    let isBook = style == .book
    func inception(_ inputChannels: Int, _ channels: Inception.Channels) -> Inception {
      Inception(inputChannels, channels, style: style, weightInitializer: weightInitializer)
    }
    conv1 = ConvolutionBlock(
      inputChannels, 64, kernelSize: 7, stride: 2, padding: 3, normalizes: !isBook,
      weightInitializer: weightInitializer)
    conv2 = ConvolutionBlock(
      64, 64, kernelSize: 1, normalizes: !isBook, weightInitializer: weightInitializer)
    conv3 = ConvolutionBlock(
      64, 192, kernelSize: 3, padding: 1, normalizes: !isBook,
      weightInitializer: weightInitializer)
    pool =
      isBook
      ? MaxPool2D(3, stride: 2, padding: 1) : MaxPool2D(3, stride: 2, ceilMode: true)
    lastPool = isBook ? pool : MaxPool2D(2, stride: 2, ceilMode: true)
    inception3a = inception(192, (64, (96, 128), (16, 32), 32))
    inception3b = inception(256, (128, (128, 192), (32, 96), 64))
    inception4a = inception(480, (192, (96, 208), (16, 48), 64))
    inception4b = inception(512, (160, (112, 224), (24, 64), 64))
    inception4c = inception(512, (128, (128, 256), (24, 64), 64))
    inception4d = inception(512, (112, (144, 288), (32, 64), 64))
    inception4e = inception(528, (256, (160, 320), (32, 128), 128))
    inception5a = inception(832, (256, (160, 320), (32, 128), 128))
    inception5b = inception(832, (384, (192, 384), (48, 128), 128))
    self.dropout = isBook ? nil : Dropout(dropout)
    fc = Linear(1_024, classCount, weightInitializer: weightInitializer)
  }

  /// Maps `[N, C, H, W]`, in the book 96x96, to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let y = parts(of: x)[4].flattened(from: 1)
    return fc(dropout.map { $0(y) } ?? y)
  }

  /// Results of the network's five parts, each from the one before: the first convolution, the
  /// other two, the three groups of Inception blocks, each with the pooling behind it.
  public func parts(of x: Tensor) -> [Tensor] {
    let first = pool(conv1(x))
    let second = pool(conv3(conv2(first)))
    let third = pool(inception3b(inception3a(second)))
    let fourth = lastPool(
      inception4e(inception4d(inception4c(inception4b(inception4a(third))))))
    let fifth = globalAveragePool2D(inception5b(inception5a(fourth)))
    return [first, second, third, fourth, fifth]
  }
}
