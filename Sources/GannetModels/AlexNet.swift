import GannetNN
import GannetTensor

/// AlexNet (the book's section 8.1; Krizhevsky et al., 2012): five convolutions, three max poolings
/// and three linear layers with dropout.
///
/// Parts have torchvision's names: `features.0.weight`, `classifier.6.bias`.
public final class AlexNet: Layer {
  /// The convolutions and poolings.
  public let features: Sequential
  /// Adaptive average pooling to the size that the classifier takes; nil in the book's network.
  public let avgpool: AdaptiveAveragePool2D?
  /// The linear layers, from the flattened image to the logits.
  public let classifier: Sequential

  private init(features: Sequential, avgpool: AdaptiveAveragePool2D?, classifier: Sequential) {
    self.features = features
    self.avgpool = avgpool
    self.classifier = classifier
  }

  /// The book's network for 224x224 images: 46,764,746 parameters for grey images of ten classes.
  ///
  /// The weights are PyTorch's default ones by default: the book calls its initialization before
  /// the layers have shapes, where it does nothing.
  public convenience init(
    inputChannels: Int = 1, classCount: Int = 10, dropout: Float = 0.5,
    weightInitializer: Initializer = .fanInUniform
  ) {
    self.init(
      features: AlexNet.features(
        inputChannels, [96, 256, 384, 384, 256], padding: 1, weightInitializer),
      avgpool: nil,
      classifier: Sequential {
        for (inputs, outputs) in [(6_400, 4_096), (4_096, 4_096)] {
          Linear(inputs, outputs, weightInitializer: weightInitializer)
          ReLU()
          Dropout(dropout)
        }
        Linear(4_096, classCount, weightInitializer: weightInitializer)
      })
  }

  /// The network whose weights torchvision has, `alexnet`: 61,100,840 parameters for colour images
  /// of 1,000 classes.
  public static func torchvision(
    inputChannels: Int = 3, classCount: Int = 1_000, dropout: Float = 0.5
  ) -> AlexNet {
    AlexNet(
      features: features(inputChannels, [64, 192, 384, 256, 256], padding: 2, .fanInUniform),
      avgpool: AdaptiveAveragePool2D(6),
      classifier: Sequential {
        for (inputs, outputs) in [(9_216, 4_096), (4_096, 4_096)] {
          Dropout(dropout)
          Linear(inputs, outputs)
          ReLU()
        }
        Linear(4_096, classCount)
      })
  }

  private static func features(
    _ inputChannels: Int, _ channels: [Int], padding: Padding2D, _ initializer: Initializer
  ) -> Sequential {
    Sequential {
      Conv2D(
        inputChannels, channels[0], kernelSize: 11, stride: 4, padding: padding,
        weightInitializer: initializer)
      ReLU()
      MaxPool2D(3, stride: 2)
      Conv2D(channels[0], channels[1], kernelSize: 5, padding: 2, weightInitializer: initializer)
      ReLU()
      MaxPool2D(3, stride: 2)
      for index in 2..<5 {
        Conv2D(
          channels[index - 1], channels[index], kernelSize: 3, padding: 1,
          weightInitializer: initializer)
        ReLU()
      }
      MaxPool2D(3, stride: 2)
    }
  }

  /// `[N, C, H, W]` to logits, `[N, classCount]`; the book's network takes images of 224x224.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let y = features(x)
    return classifier((avgpool.map { $0(y) } ?? y).flattened(from: 1))
  }
}
