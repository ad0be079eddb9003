import GannetNN
import GannetTensor
import TestSupport

/// A problem that the fixture's optimizers solve.
struct Problem {
  let name: String
  let parameters: Parameters
  let loss: () -> Tensor

  /// Σ c (w - t)² / 2 over eight elements.
  static var quadratic: Problem {
    let weight = Parameter(Tensor(hash: 1, [8]))
    let curvature = Tensor(hash: 2, [8], low: 0.5, high: 2.5)
    let target = Tensor(hash: 3, [8])
    return Problem(name: "quadratic", parameters: Parameters([weight])) {
      let difference = weight.value - target
      return (curvature * difference * difference).sum() / 2
    }
  }

  /// The cross-entropy of 6-8-3 with tanh on sixteen examples.
  static var network: Problem {
    let model = Sequential([Linear(6, 8), Tanh(), Linear(8, 3)])
    let weights = fixtureWeights(model.parameters.map(\.shape))
    for (parameter, weight) in zip(model.parameters, weights) { parameter.value = weight }
    let inputs = Tensor(hash: 1, [16, 6])
    let labels = HashSequence.labels(16, classes: 3, seed: 2)
    return Problem(name: "network", parameters: model.parameters) {
      crossEntropy(model(inputs), labels)
    }
  }

  /// All elements of all parameters.
  var scalars: [Float] { parameters.flatMap { $0.value.scalars } }

  /// Takes a step, whose gradients `beforeUpdate` may inspect or change; returns the loss.
  @discardableResult
  func takeStep(_ optimizer: Optimizer, beforeUpdate: () -> Void = {}) -> Tensor {
    if let optimizer = optimizer as? LBFGS { return Tensor(optimizer.step(self.loss)) }
    optimizer.zeroGradients()
    let loss = self.loss()
    loss.backward()
    beforeUpdate()
    optimizer.step()
    return loss
  }
}
