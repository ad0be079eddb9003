import CGannetKernels
import Foundation
import GannetTensor

/// The base class of Adam, AdamW and Yogi, with bias-corrected averages of the gradient and its
/// square.
///
/// With gradient g, betas β₁ and β₂, and the count t of the parameter's updates from 1 on:
///
///     m ← β₁ m + (1 - β₁) g
///     v ← β₂ v + (1 - β₂) g²
///     w ← w - learningRate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)
public class MomentOptimizer: Optimizer {
  /// The decay rates of the averages of the gradient and of its square, each 0 to below 1.
  public let betas: (first: Float, second: Float)
  /// The constant ε in the divisor.
  public let epsilon: Float
  private let kernel: Kernel
  private let decouplesDecay: Bool

  typealias Kernel =
    @convention(c) (
      UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<Float>?, gannet_adam_step, Int
    ) -> Void

  init(
    groups: [ParameterGroup], betas: (Float, Float), epsilon: Float, kernel: @escaping Kernel,
    decouplesDecay: Bool
  ) {
    checkShare(betas.0, "first beta")
    checkShare(betas.1, "second beta")
    checkNotNegative(epsilon, "epsilon")
    self.betas = betas
    self.epsilon = epsilon
    self.kernel = kernel
    self.decouplesDecay = decouplesDecay
    super.init(groups: groups)
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let first = memory("first_moment", at: index, shape: parameter.shape)
    let second = memory("second_moment", at: index, shape: parameter.shape)
    let count = Double(memories[index].updateCount)
    let (beta1, beta2) = betas
    let (rate, decay) = (group.learningRate, group.weightDecay)
    let step = gannet_adam_step(
      rate: Float(Double(rate) / (1 - pow(Double(beta1), count))),
      weight_decay: decouplesDecay ? 0 : decay, shrinkage: decouplesDecay ? 1 - rate * decay : 1,
      beta1: beta1, gain1: 1 - beta1, beta2: beta2, gain2: 1 - beta2,
      scale: Float(1 / (1 - pow(Double(beta2), count)).squareRoot()), epsilon: epsilon)
    inChunks(of: parameter, gradient) { w, g, start, count in
      kernel(w, g, first + start, second + start, step, count)
    }
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    ["first_moment": parameter.shape, "second_moment": parameter.shape]
  }
}
