import GannetNN
import GannetTensor

/// Network in network (the book's section 8.3; Lin et al., 2013): convolutions, each followed by
/// two of 1x1 that mix channels pixel by pixel, and global average pooling in place of linear
/// layers.
///
/// 1,992,166 parameters for grey images of ten classes. `net` is named as in the book's class:
/// `net.0.0.weight`.
public final class NiN: Layer {
  /// The blocks and poolings.
  public let net: Sequential

  /// A network for `classCount` classes; Xavier's rule is the book's.
  public init(
    inputChannels: Int = 1, classCount: Int = 10, dropout: Float = 0.5,
    weightInitializer: Initializer = .xavierUniform()
  ) {
    func block(
      _ inputChannels: Int, _ channels: Int, _ kernelSize: Size2D, stride: Size2D = 1,
      padding: Padding2D = 0
    ) -> Sequential {
      Sequential {
        Conv2D(
          inputChannels, channels, kernelSize: kernelSize, stride: stride, padding: padding,
          weightInitializer: weightInitializer)
        ReLU()
        for _ in 0..<2 {
          Conv2D(channels, channels, kernelSize: 1, weightInitializer: weightInitializer)
          ReLU()
        }
      }
    }
    net = Sequential {
      block(inputChannels, 96, 11, stride: 4)
      MaxPool2D(3, stride: 2)
      block(96, 256, 5, padding: 2)
      MaxPool2D(3, stride: 2)
      block(256, 384, 3, padding: 1)
      MaxPool2D(3, stride: 2)
      Dropout(dropout)
      block(384, classCount, 3, padding: 1)
      GlobalAveragePool2D()
      Flatten()
    }
  }

  /// `[N, C, H, W]`, in the book 224x224, to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { net(x) }
}
