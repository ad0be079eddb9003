import GannetNN
import GannetTensor

/// LeNet for 28x28 grey images (Dive into Deep Learning, section 7.6; LeCun et al., 1998): 61,706
/// parameters for ten classes.
///
/// Parameters are named as in the book's class: `net.0.weight`.
public final class LeNet: Layer {
  /// The layers, from the first convolution to the logits.
  public let net: Sequential

  /// Makes a network for `classCount` classes, with Xavier initialization by default, as in the
  /// book.
  public init(classCount: Int = 10, weightInitializer: Initializer = .xavierUniform()) {
    let initializer = weightInitializer
    net = Sequential {
      Conv2D(1, 6, kernelSize: 5, padding: 2, weightInitializer: initializer)
      Sigmoid()
      AveragePool2D(2)
      Conv2D(6, 16, kernelSize: 5, weightInitializer: initializer)
      Sigmoid()
      AveragePool2D(2)
      Flatten()
      Linear(400, 120, weightInitializer: initializer)
      Sigmoid()
      Linear(120, 84, weightInitializer: initializer)
      Sigmoid()
      Linear(84, classCount, weightInitializer: initializer)
    }
  }

  /// Maps `[N, 1, 28, 28]` to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { net(x) }
}

/// LeNet with batch normalization before every activation (Dive into Deep Learning, section 8.5.4):
/// 44,878 parameters for ten classes.
public final class BatchNormLeNet: Layer {
  /// The layers, from the first convolution to the logits.
  public let net: Sequential

  /// Makes a network for `classCount` classes, with Xavier initialization by default, as in the
  /// book.
  public init(classCount: Int = 10, weightInitializer: Initializer = .xavierUniform()) {
    let initializer = weightInitializer
    net = Sequential {
      Conv2D(1, 6, kernelSize: 5, weightInitializer: initializer)
      BatchNorm2D(6)
      Sigmoid()
      AveragePool2D(2)
      Conv2D(6, 16, kernelSize: 5, weightInitializer: initializer)
      BatchNorm2D(16)
      Sigmoid()
      AveragePool2D(2)
      Flatten()
      Linear(256, 120, weightInitializer: initializer)
      BatchNorm1D(120)
      Sigmoid()
      Linear(120, 84, weightInitializer: initializer)
      BatchNorm1D(84)
      Sigmoid()
      Linear(84, classCount, weightInitializer: initializer)
    }
  }

  /// Maps `[N, 1, 28, 28]` to logits, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { net(x) }
}
