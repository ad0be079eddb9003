import GannetTensor

// Initializers that preserve the variance of activations or gradients (Dive into Deep Learning,
// section 5.4.2).

extension Initializer {
  /// Xavier uniform initialization: bounds ±gain √(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
  public static func xavierUniform(gain: Float = 1) -> Initializer {
    Initializer { shape, fans, stream in
      uniform(shape, gain * (6 / Float(max(1, fans.fanIn + fans.fanOut))).squareRoot(), &stream)
    }
  }

  /// Xavier normal initialization: standard deviation gain √(2 / (fanIn + fanOut)).
  public static func xavierNormal(gain: Float = 1) -> Initializer {
    Initializer { shape, fans, stream in
      let deviation = gain * (2 / Float(max(1, fans.fanIn + fans.fanOut))).squareRoot()
      return Tensor(normal: shape, standardDeviation: deviation, using: &stream)
    }
  }

  /// He (Kaiming) uniform initialization: bounds ±gain √(3 / fan) (He et al., 2015).
  ///
  /// - Parameters:
  ///   - gain: The gain of the nonlinearity, √2 of ReLU by default; see ``Gain``.
  ///   - fan: The fan that sets the scale; the inputs by default.
  public static func heUniform(gain: Float = Gain.relu, fan: Fan = .inputs) -> Initializer {
    Initializer { shape, fans, stream in
      uniform(shape, gain * (3 / Float(max(1, fans[fan]))).squareRoot(), &stream)
    }
  }

  /// He (Kaiming) normal initialization: standard deviation gain / √fan.
  public static func heNormal(gain: Float = Gain.relu, fan: Fan = .inputs) -> Initializer {
    Initializer { shape, fans, stream in
      let deviation = gain / Float(max(1, fans[fan])).squareRoot()
      return Tensor(normal: shape, standardDeviation: deviation, using: &stream)
    }
  }

  /// The side of a weight that sets the scale.
  public enum Fan: Sendable {
    /// The inputs of a unit, which preserves the activations' variance in the forward pass.
    case inputs
    /// The outputs, which preserves the gradients' variance in the backward pass.
    case outputs
  }

  /// Recommended gains of nonlinearities, as in PyTorch.
  public enum Gain {
    /// √2.
    public static let relu = Float(2).squareRoot()
    /// 5/3.
    public static let tanh: Float = 5 / 3
    /// √(2 / (1 + slope²)).
    public static func leakyReLU(slope: Float = 0.01) -> Float {
      (2 / (1 + slope * slope)).squareRoot()
    }
  }

  private static func uniform(
    _ shape: Shape, _ bound: Float, _ stream: inout RandomStream
  ) -> Tensor {
    Tensor(uniform: shape, low: -bound, high: bound, using: &stream)
  }
}

extension Initializer.Fans {
  fileprivate subscript(fan: Initializer.Fan) -> Int { fan == .inputs ? fanIn : fanOut }
}
