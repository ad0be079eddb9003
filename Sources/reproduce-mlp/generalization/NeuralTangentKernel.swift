import Gannet
import Reproduction

/// f(x) = aᵀ relu(Wx + βb) / √m + βc, with m hidden units, W and a from N(0, 1), and b and c 0: the
/// scale by width stands in the function, not in the weights, so that gradients have a limit for
/// wide layers (the neural tangent parametrisation; Jacot, Gabriel, Hongler, 2018). Their β is 0.1.
final class WideNetwork: Layer {
  private let weight: Parameter
  private let bias: Parameter
  private let output: Parameter
  private let offset: Parameter
  private let width: Float
  private let beta: Float = 0.1

  init(inputSize: Int, width: Int) {
    weight = Parameter(Tensor(normal: [width, inputSize]))
    bias = Parameter(Tensor(zeros: [width]))
    output = Parameter(Tensor(normal: [1, width]))
    offset = Parameter(Tensor(zeros: [1]))
    self.width = Float(width)
  }

  /// `[N, D]` to `[N, 1]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    matmul(hidden(x), output.value, transposingB: true) / width.squareRoot() + offset.value * beta
  }

  private func hidden(_ x: Tensor) -> Tensor {
    linear(x, weight: weight.value, bias: bias.value * beta, activation: .relu)
  }

  /// The products of the gradients of f with respect to all parameters, at all rows of `x`, `[M,
  /// D]`, with those at all rows of `y`, `[N, D]`: `[M, N]`.
  ///
  /// By products of matrices, without any gradient: with h the hidden layer and s = a ⊙ 1[h > 0],
  /// the parts of W and b are (x·y + β²)(s·s) / m, that of a is h·h / m, that of c is β².
  func tangentKernel(_ x: Tensor, _ y: Tensor) -> Tensor {
    withoutGradients {
      let (hiddenX, hiddenY) = (hidden(x), hidden(y))
      let slopesX = (hiddenX .> 0) * output.value
      let slopesY = (hiddenY .> 0) * output.value
      let inputs = matmul(x, y, transposingB: true) + beta * beta
      let first = inputs * matmul(slopesX, slopesY, transposingB: true)
      return (first + matmul(hiddenX, hiddenY, transposingB: true)) / width + beta * beta
    }
  }

  /// One entry of the kernel from the tape's gradients.
  func tangentKernelByTape(_ x: Tensor, _ y: Tensor) -> Float {
    let variables = parameters.map(\.value)
    let atX = gradients(of: self(x), withRespectTo: variables)
    let atY = gradients(of: self(y), withRespectTo: variables)
    return zip(atX, atY).reduce(0) { $0 + ($1.0 * $1.1).sum().scalar }
  }

  /// Descends half the squared error at all rows of `x` at once, with momentum.
  func fit(_ x: Tensor, _ targets: Tensor, steps: Int) {
    // No eigenvalue of the kernel exceeds its largest row sum, and a step of the inverse is stable.
    let bound = abs(tangentKernel(x, x)).sum(along: 1).max().scalar
    let optimizer = SGD(parameters, learningRate: 1 / bound, momentum: 0.8)
    for _ in 0..<steps {
      optimizer.zeroGradients()
      (square(self(x) - targets).sum() * 0.5).backward()
      optimizer.step()
    }
  }
}
