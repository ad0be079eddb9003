import Gannet

/// Takes one step of gradient descent on raw tensors: w ← w - learningRate · gradient.
package func takeStep(_ variables: inout [Tensor], learningRate: Float) {
  withoutGradients {
    for index in variables.indices {
      let gradient = variables[index].gradient!
      variables[index].add(gradient, scaledBy: -learningRate)
      variables[index].gradient = nil
    }
  }
}
