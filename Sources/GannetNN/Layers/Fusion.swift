import GannetTensor

// Fusion in `Sequential`: a layer that supports an epilogue applies the following activation and
// dropout in its own pass over the result.

/// The epilogue of a layer, applied while the result is in the cache.
package struct Epilogue {
  package var activation = Activation.identity
  package var dropout: Dropout?
  /// A buffer into whose next channels the result goes.
  package var buffer: ChannelBuffer?

  package init(
    activation: Activation = .identity, dropout: Dropout? = nil, buffer: ChannelBuffer? = nil
  ) {
    self.activation = activation
    self.dropout = dropout
    self.buffer = buffer
  }

  /// The buffer that a layer may write into, if nothing follows its activation.
  var directBuffer: ChannelBuffer? { dropout == nil ? buffer : nil }

  /// A layer's result with its activation, `y`, after dropout and copied into the buffer.
  func completed(_ y: Tensor) -> Tensor {
    let y = dropout?(y) ?? y
    return buffer?.append(y) ?? y
  }
}

/// A layer that can write its result into a range of the channels of a buffer.
package protocol FillingLayer: Layer {
  /// The result for `x`, in the next channels of `buffer`.
  func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor
}

/// A layer whose result is its input with more channels behind. In a ``Sequential``, the layer before
/// it writes into the buffer that holds all of them.
package protocol ExtendingLayer: Layer {
  /// The number of channels of the result.
  var outputChannels: Int { get }
  /// The result for the input, which is in the first channels of `buffer`.
  func extend(_ buffer: ChannelBuffer) -> Tensor
}

extension Layer {
  /// Applies the layer to `x`, with the result, images, in the next channels of `buffer`.
  ///
  /// Convolutions of images, batch norms (with no activation or ReLU) and pooling write there; the
  /// results of other layers are copied.
  @discardableResult
  public func callAsFunction(_ x: Tensor, into buffer: ChannelBuffer) -> Tensor {
    (self as? any FillingLayer)?.fill(buffer, with: x) ?? buffer.append(self(x))
  }
}

/// A layer that supports an epilogue.
package protocol FusingLayer: FillingLayer {
  func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor
}

extension FusingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    self(x, followedBy: Epilogue(buffer: buffer))
  }
}

/// A layer that only applies an activation.
package protocol ActivationLayer: Layer {
  var activation: Activation { get }
}
