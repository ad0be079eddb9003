import GannetNN
import GannetTensor

/// The book's LeNet for 28x28 grey images (section 7.6; LeCun et al., 1998): 61,706 parameters for ten
/// classes.
///
/// `net` is named as in the book's class: `net.0.weight`.
public final class LeNet: Layer {
  /// The layers, from the first convolution to the scores.
  public let net: Sequential

  /// A network for `classCount` classes; Xavier's rule is the book's.
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

  /// `[N, 1, 28, 28]` to scores, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { net(x) }
}

/// LeNet with batch normalization before every activation (the book's section 8.5.4): 44,878 parameters
/// for ten classes.
public final class BatchNormLeNet: Layer {
  /// The layers, from the first convolution to the scores.
  public let net: Sequential

  /// A network for `classCount` classes; Xavier's rule is the book's.
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

  /// `[N, 1, 28, 28]` to scores, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { net(x) }
}
