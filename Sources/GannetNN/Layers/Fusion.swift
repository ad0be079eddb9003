import GannetTensor

// How `Sequential` makes one step of neighbouring layers: a layer that can apply an epilogue takes
// the activation and the dropout behind it into its own pass over the result.

/// What a layer applies to its result before it leaves the cache.
package struct Epilogue {
  package var activation = Activation.identity
  package var dropout: Dropout?
}

/// A layer that can apply an epilogue.
package protocol FusingLayer: Layer {
  func callAsFunction(_ x: Tensor, followedBy epilogue: Epilogue) -> Tensor
}

/// A layer that is nothing but an activation.
package protocol ActivationLayer: Layer {
  var activation: Activation { get }
}
