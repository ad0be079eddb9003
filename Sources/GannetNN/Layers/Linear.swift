import GannetTensor

/// A fully connected layer y = x Wᵀ + b on the last axis.
///
/// By default, `weight`, `[out, in]`, and `bias`, `[out]`, are initialized uniformly between -1/√in
/// and 1/√in, as in PyTorch.
///
///     let layer = Linear(784, 256)
///     let y = layer(Tensor(zeros: [32, 784]))  // [32, 256]
public final class Linear: Layer {
  /// `[out, in]`.
  public let weight: Parameter
  /// `[out]`, or nil in a layer without bias.
  public let bias: Parameter?

  /// Makes a layer from `inputSize` features to `outputSize`.
  public init(
    _ inputSize: Int, _ outputSize: Int, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let shape: Shape = [outputSize, inputSize]
    weight = Parameter(weightInitializer(shape))
    bias = hasBias ? Parameter(biasInitializer([outputSize], fans: .init(shape))) : nil
  }

  /// Makes a layer with a given weight, `[out, in]`, and bias, `[out]`.
  public init(weight: Tensor, bias: Tensor?) {
    guard weight.rank == 2 else { failShape("Linear", weight.shape, expected: "[out, in]") }
    if let bias, bias.shape != [weight.shape[0]] {
      failShapes("Linear", weight.shape, bias.shape)
    }
    self.weight = Parameter(weight)
    self.bias = bias.map(Parameter.init)
  }

  /// Maps `[..., in]` to `[..., out]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension Linear: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let outputs = x.count / max(1, weight.shape[1]) * weight.shape[0]
    let y = linear(
      x, weight: weight.value, bias: bias?.value, activation: epilogue.activation,
      dropout: epilogue.dropout?.mask(count: outputs))
    return epilogue.buffer?.append(y) ?? y
  }
}
