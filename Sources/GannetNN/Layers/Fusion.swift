import GannetTensor

// Fusion in `Sequential`: a layer that supports an epilogue applies the following activation and
// dropout in its own pass over the result.

/// The epilogue of a layer, applied while the result is in the cache.
package struct Epilogue {
  package var activation = Activation.identity
  package var dropout: Dropout?
}

/// A layer that supports an epilogue.
package protocol FusingLayer: Layer {
  func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor
}

/// A layer that only applies an activation.
package protocol ActivationLayer: Layer {
  var activation: Activation { get }
}
