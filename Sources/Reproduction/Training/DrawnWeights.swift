import Gannet

extension Module {
  /// Draws all weights of linear and convolutional layers anew by a rule, as the book's `init_cnn` does
  /// by Xavier's; biases and the vectors of normalization layers stay.
  package func drawWeights(_ initializer: Initializer) {
    withoutGradients {
      for parameter in parameters where parameter.shape.rank > 1 {
        parameter.value = initializer(parameter.shape)
      }
    }
  }

  /// Makes every parameter zero.
  package func clearParameters() {
    withoutGradients {
      for parameter in parameters { parameter.value = Tensor(zeros: parameter.shape) }
    }
  }
}
