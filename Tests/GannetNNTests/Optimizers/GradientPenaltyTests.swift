import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Losses that hold derivatives of a network, against PyTorch's in double precision from the same
/// weights (`fixtureWeights`), with
///
///     slope, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
///     penalty = 10 * ((slope.square().sum(1).sqrt() - 1) ** 2).mean()
///     critic: model(fake).mean() - model(real).mean() + penalty
///     bend, = torch.autograd.grad(slope.sum(), x, create_graph=True)
///     physics: ((bend + model(x)) ** 2).mean()
///
/// and `torch.optim.SGD(parameters, 0.05)`.
@Suite struct GradientPenaltyTests {
  @Test func theCriticOfAWassersteinGAN() {
    let expected: [(any Layer, [Float])] = [
      (ReLU(), [6.112556373, 0.5100090537, 0.4084183053, 0.4067797043]),
      (LeakyReLU(slope: 0.2), [6.335651742, 0.3569200317, 0.3436211790, 0.2909922312]),
    ]
    let real = Tensor(hash: 1, [8, 6])
    let fake = Tensor(hash: 2, [8, 6])
    let share = Tensor(hash: 3, [8, 1], low: 0, high: 1)
    for (activation, losses) in expected {
      let model = network(Sequential([Linear(6, 16), activation, Linear(16, 1)]))
      expectLosses(losses, of: model) {
        let x = (share * real + (1 - share) * fake).requiringGradient()
        let slope = gradients(of: model(x).sum(), withRespectTo: [x], recording: true)[0]
        let lengths = sqrt((slope * slope).sum(along: 1))
        let penalty = 10 * ((lengths - 1) * (lengths - 1)).mean()
        return model(fake).mean() - model(real).mean() + penalty
      }
    }
  }

  /// y'' + y = 0.
  @Test func thePhysicsOfAnOscillation() {
    let model = network(Sequential([Linear(1, 16), Tanh(), Linear(16, 1)]))
    expectLosses([0.03382733724, 0.01434336851, 0.006358789900, 0.003060772082], of: model) {
      let x = Tensor(hash: 1, [12, 1]).requiringGradient()
      let y = model(x)
      let slope = gradients(of: y.sum(), withRespectTo: [x], recording: true)[0]
      let bend = gradients(of: slope.sum(), withRespectTo: [x], recording: true)[0]
      let residual = bend + y
      return (residual * residual).mean()
    }
  }

  private func network(_ model: Sequential) -> Sequential {
    let weights = fixtureWeights(model.parameters.map(\.shape))
    for (parameter, weight) in zip(model.parameters, weights) { parameter.value = weight }
    return model
  }

  /// The losses before each of three steps, and after the last.
  private func expectLosses(
    _ expected: [Float], of model: Sequential, sourceLocation: SourceLocation = #_sourceLocation,
    _ loss: () -> Tensor
  ) {
    let optimizer = SGD(model.parameters, learningRate: 0.05)
    for (step, wanted) in expected.enumerated() {
      optimizer.zeroGradients()
      let loss = loss()
      expectClose(
        loss.detached(), Tensor(wanted), tolerance: 2e-5, "step \(step)",
        sourceLocation: sourceLocation)
      loss.backward()
      optimizer.step()
    }
  }
}
