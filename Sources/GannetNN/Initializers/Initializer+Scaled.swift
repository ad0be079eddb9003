import GannetTensor

// Rules that keep the variance of activations or gradients from layer to layer (the book's section
// 5.4.2).

extension Initializer {
  /// Xavier's rule, uniform: bounds ±gain √(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
  public static func xavierUniform(gain: Float = 1) -> Initializer {
    Initializer { shape, fans, stream in
      uniform(shape, gain * (6 / Float(max(1, fans.fanIn + fans.fanOut))).squareRoot(), &stream)
    }
  }

  /// Xavier's rule, normal: standard deviation gain √(2 / (fanIn + fanOut)).
  public static func xavierNormal(gain: Float = 1) -> Initializer {
    Initializer { shape, fans, stream in
      let deviation = gain * (2 / Float(max(1, fans.fanIn + fans.fanOut))).squareRoot()
      return Tensor(normal: shape, standardDeviation: deviation, using: &stream)
    }
  }

  /// He's rule, uniform: bounds ±gain √(3 / fan) (He et al., 2015).
  ///
  /// - Parameters:
  ///   - gain: √2 for ReLU, which halves the variance; see ``Gain``.
  ///   - fan: Whether activations or gradients keep their variance.
  public static func heUniform(gain: Float = Gain.relu, fan: Fan = .inputs) -> Initializer {
    Initializer { shape, fans, stream in
      uniform(shape, gain * (3 / Float(max(1, fans[fan]))).squareRoot(), &stream)
    }
  }

  /// He's rule, normal: standard deviation gain / √fan.
  public static func heNormal(gain: Float = Gain.relu, fan: Fan = .inputs) -> Initializer {
    Initializer { shape, fans, stream in
      let deviation = gain / Float(max(1, fans[fan])).squareRoot()
      return Tensor(normal: shape, standardDeviation: deviation, using: &stream)
    }
  }

  /// Which side of a weight counts.
  public enum Fan: Sendable {
    /// The inputs of a unit: activations keep their variance on the way forward.
    case inputs
    /// The outputs: gradients keep theirs on the way back.
    case outputs
  }

  /// By how much a weight must be larger for what follows it, as PyTorch recommends.
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
