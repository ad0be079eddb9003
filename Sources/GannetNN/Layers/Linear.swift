import GannetTensor

/// y = x Wᵀ + b, on the last axis.
///
/// `weight` is `[out, in]`, `bias` `[out]`. Both start uniform between -1/√in and 1/√in, as in PyTorch,
/// unless initializers are given.
///
///     let layer = Linear(784, 256)
///     let y = layer(Tensor(zeros: [32, 784]))  // [32, 256]
public final class Linear: Layer {
  /// `[out, in]`.
  public let weight: Parameter
  /// `[out]`, or nil where the layer has none.
  public let bias: Parameter?

  /// A layer from `inputSize` features to `outputSize`.
  public init(
    _ inputSize: Int, _ outputSize: Int, hasBias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let shape: Shape = [outputSize, inputSize]
    weight = Parameter(weightInitializer(shape))
    bias = hasBias ? Parameter(biasInitializer([outputSize], fans: .init(shape))) : nil
  }

  /// A layer with these weights, `[out, in]`, and this bias, `[out]`.
  public init(weight: Tensor, bias: Tensor?) {
    guard weight.rank == 2 else { failShape("Linear", weight.shape, expected: "[out, in]") }
    if let bias, bias.shape != [weight.shape[0]] {
      failShapes("Linear", weight.shape, bias.shape)
    }
    self.weight = Parameter(weight)
    self.bias = bias.map(Parameter.init)
  }

  /// `[..., in]` to `[..., out]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: Epilogue()) }
}

extension Linear: FusingLayer {
  package func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor {
    let outputs = x.count / max(1, weight.shape[1]) * weight.shape[0]
    return linear(
      x, weight: weight.value, bias: bias?.value, activation: epilogue.activation,
      dropout: epilogue.dropout?.mask(count: outputs))
  }
}
