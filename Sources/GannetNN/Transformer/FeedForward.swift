import GannetTensor

/// The position-wise feed-forward network of Transformer layers: a linear layer, an activation and
/// dropout, and another linear layer (Dive into Deep Learning, section 11.7.2).
public final class FeedForward: Layer, NamedPartsOfInstance {
  /// The layer to the hidden units.
  public let linear1: Linear
  /// The layer from the hidden units.
  public let linear2: Linear
  /// The activation between the linear layers.
  public let activation: Activation
  /// The dropout of the hidden units.
  public let dropout: Dropout
  package let partNames: [String: String]

  /// Makes a network from `size` features to `outputSize`, as many by default, with `hiddenSize` units
  /// between.
  public convenience init(
    _ size: Int, hiddenSize: Int, outputSize: Int? = nil, activation: Activation = .relu,
    dropout: Float = 0
  ) {
    self.init(size, hiddenSize, outputSize ?? size, activation, dropout, partNames: [:])
  }

  init(
    _ size: Int, _ hiddenSize: Int, _ outputSize: Int, _ activation: Activation, _ dropout: Float,
    partNames: [String: String]
  ) {
    linear1 = Linear(size, hiddenSize)
    linear2 = Linear(hiddenSize, outputSize)
    self.activation = activation
    self.dropout = Dropout(dropout)
    self.partNames = partNames
  }

  convenience init(_ settings: TransformerSettings, _ names: TransformerNames) {
    self.init(
      settings.size, settings.feedForwardSize, settings.size, settings.activation,
      settings.hiddenDropout, partNames: names.feedForward)
  }

  /// `[..., size]` to `[..., outputSize]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, followedBy: nil) }

  /// With dropout in the pass over the result.
  func callAsFunction(_ x: Tensor, followedBy last: Dropout?) -> Tensor {
    let hidden = linear1(x, followedBy: Epilogue(activation: activation, dropout: dropout))
    return linear2(hidden, followedBy: Epilogue(dropout: last))
  }
}
