/// A kernel of an elementwise loss: `kernel(x, t, losses, start, count)` returns the sum over
/// `count` elements from `start` on, and stores each loss unless `losses` is nil.
typealias ElementLossKernel = (
  UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>?, Int, Int
) -> Double

/// Records an elementwise loss of `x` against `targets`, reduced in the same pass.
///
/// - Parameters:
///   - kernel: The kernel, run over chunks whose sums are added up in order.
///   - gradients: The backward function by recorded operations, from the loss's gradient, which
///     broadcasts, to those of `x` and `targets`.
func elementLoss(
  _ name: StaticString, _ x: Tensor, _ targets: Tensor, _ reduction: Reduction,
  kernel: ElementLossKernel, gradients: @escaping (Tensor) -> (x: Tensor, targets: Tensor?)
) -> Tensor {
  guard x.shape == targets.shape else { failShapes(name, x.shape, targets.shape) }
  let (a, b) = (x.contiguous(), targets.contiguous())
  let losses = reduction == .none ? Tensor(uninitialized: x.shape) : nil
  let (from, to, into) = (a.pointer, b.pointer, losses?.pointer)
  let sum = withExtendedLifetime((a.storage, b.storage)) {
    sumOfChunks(x.count, by: elementwiseChunk) { range in
      let first = range.lowerBound
      return kernel(from + first, to + first, into.map { $0 + first }, first, range.count)
    }
  }
  let share = reduction == .mean ? 1 / Float(x.count) : 1
  let result = losses ?? Tensor(Float(reduction == .mean ? sum / Double(x.count) : sum))
  return result.recorded(name, [x.node, targets.node]) { incoming in
    let (dx, dt) = gradients(incoming * share)
    return [dx, dt]
  }
}
