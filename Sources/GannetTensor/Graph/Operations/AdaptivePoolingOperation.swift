/// The means of windows that divide images evenly, as ``adaptiveAveragePool2D(_:outputSize:)``.
package struct AdaptivePoolingOperation: TensorOperation {
  /// The number of windows; nil for ``globalAveragePool2D(_:)``.
  package let outputSize: Size2D?

  package var name: String {
    outputSize == nil ? "globalAveragePool2D" : "adaptiveAveragePool2D"
  }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    guard let outputSize else { return globalAveragePool2D(inputs[0]) }
    return adaptiveAveragePool2D(inputs[0], outputSize: outputSize)
  }
}

/// The maxima of such windows, ``adaptiveMaxPool2D(_:outputSize:)``.
package struct AdaptiveMaximumOperation: TensorOperation {
  package let outputSize: Size2D

  package var name: String { "adaptiveMaxPool2D" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    adaptiveMaxPool2D(inputs[0], outputSize: outputSize)
  }
}
