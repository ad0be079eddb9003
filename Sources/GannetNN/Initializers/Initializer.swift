import GannetTensor

/// An initializer of weights.
///
/// It draws values from the weight's shape, `[out, in]` or `[out, in, kh, kw]`, its fans and a
/// random stream.
public struct Initializer: Sendable {
  /// The numbers of inputs and outputs of a weight's unit.
  public struct Fans: Sendable {
    /// The inputs of a unit: the product of all axes but the first.
    public let fanIn: Int
    /// The outputs: the first axis times the size of the kernel.
    public let fanOut: Int

    /// Computes the fans of a weight of `shape`; both are the size of a vector.
    public init(_ shape: Shape) {
      let kernel = shape.dropFirst(2).reduce(1, *)
      fanIn = shape.rank > 1 ? shape[1] * kernel : shape.elementCount
      fanOut = shape.rank > 1 ? shape[0] * kernel : shape.elementCount
    }
  }

  private let draw: @Sendable (Shape, Fans, inout RandomStream) -> Tensor

  /// Makes a custom initializer.
  public init(_ draw: @escaping @Sendable (Shape, Fans, inout RandomStream) -> Tensor) {
    self.draw = draw
  }

  /// Draws values for a weight of `shape`.
  ///
  /// - Parameters:
  ///   - shape: The shape of the values.
  ///   - fans: The fans to use; by default those of `shape`. PyTorch draws a bias by its weight's.
  ///   - stream: The stream that is drawn from.
  public func callAsFunction(
    _ shape: Shape, fans: Fans? = nil, using stream: inout RandomStream
  ) -> Tensor {
    draw(shape, fans ?? Fans(shape), &stream)
  }

  /// Draws values for a weight of `shape` with a stream of the current random source.
  public func callAsFunction(_ shape: Shape, fans: Fans? = nil) -> Tensor {
    var stream = RandomSource.current.makeStream()
    return self(shape, fans: fans, using: &stream)
  }

  /// All zeros.
  public static let zeros = constant(0)

  /// All `value`.
  public static func constant(_ value: Float) -> Initializer {
    Initializer { shape, _, _ in Tensor(repeating: value, shape: shape) }
  }

  /// Uniform from `low` to `high`.
  public static func uniform(_ low: Float, _ high: Float) -> Initializer {
    Initializer { Tensor(uniform: $0, low: low, high: high, using: &$2) }
  }

  /// Normal with mean 0.
  public static func normal(standardDeviation: Float) -> Initializer {
    Initializer { Tensor(normal: $0, standardDeviation: standardDeviation, using: &$2) }
  }

  /// Uniform between -1/√fanIn and 1/√fanIn: PyTorch's default for weights and biases of linear and
  /// convolutional layers.
  public static let fanInUniform = Initializer { shape, fans, stream in
    let bound = 1 / Float(max(1, fans.fanIn)).squareRoot()
    return Tensor(uniform: shape, low: -bound, high: bound, using: &stream)
  }
}
