import Foundation
import GannetTensor

extension Shampoo {
  /// The direction V of a block whose gradient is `g`, after an update of its memory.
  func direction(
    _ g: Tensor, of block: ShampooBlocks.Block, at index: Int, momentum: Float
  ) -> Tensor {
    var direction = precondition(g, block, at: index)
    if let length = graftedLength(g, block, at: index) {
      direction *= length / max(norm(direction), .leastNormalMagnitude)
    }
    guard momentum > 0 else { return direction }
    let name = block.name("velocity")
    if let velocity = memories[index].tensors[name] {
      direction += velocity * momentum
    }
    memories[index].tensors[name] = direction
    return direction
  }

  private func precondition(_ g: Tensor, _ block: ShampooBlocks.Block, at index: Int) -> Tensor {
    guard block.sideCount > 0 else {
      let name = block.name("square_sum")
      let sum = (memories[index].tensors[name] ?? Tensor(zeros: g.shape)) + g * g
      memories[index].tensors[name] = sum
      return g / sqrt(sum + settings.epsilon)
    }
    var direction = g
    if let size = block.left {
      let news = matmul(g, g, transposingB: true)
      direction = matmul(root("left", size, block, at: index, adding: news), direction)
    }
    if let size = block.right {
      let news = matmul(g, g, transposingA: true)
      direction = matmul(direction, root("right", size, block, at: index, adding: news))
    }
    return direction
  }

  /// The norm to which the direction is scaled; nil where it is not.
  private func graftedLength(
    _ g: Tensor, _ block: ShampooBlocks.Block, at index: Int
  ) -> Float? {
    switch settings.grafting {
    case .none: return nil
    case .sgd: return norm(g)
    case .adam(let beta, let epsilon):
      let name = block.name("second_moment")
      let before = memories[index].tensors[name] ?? Tensor(zeros: g.shape)
      let moment = before * beta + g * g * (1 - beta)
      memories[index].tensors[name] = moment
      let correction = Float(1 - pow(Double(beta), Double(memories[index].updateCount)))
      return norm(g / (sqrt(moment / correction) + epsilon))
    }
  }

  /// The root of one side's statistics with `news` added, recomputed only if due.
  private func root(
    _ side: String, _ size: Int, _ block: ShampooBlocks.Block, at index: Int, adding news: Tensor
  ) -> Tensor {
    let statisticsName = block.name("\(side)_statistics")
    let rootName = block.name("\(side)_root")
    let before =
      memories[index].tensors[statisticsName] ?? Tensor(identity: size) * settings.epsilon
    let statistics = before + news
    memories[index].tensors[statisticsName] = statistics
    let old = memories[index].tensors[rootName] ?? Tensor(identity: size)
    let (count, interval) = (memories[index].updateCount, settings.rootInterval)
    // At 1, 2, 4, 8, … at first, when the statistics change quickly.
    let isDue = count % interval == 0 || (count < interval && count & (count - 1) == 0)
    let root = isDue ? inverseRoot(of: statistics, order: 2 * block.sideCount) ?? old : old
    memories[index].tensors[rootName] = root
    return root
  }

  /// The matrix to the power of -1/order; nil if it is not finite.
  private func inverseRoot(of matrix: Tensor, order: Int) -> Tensor? {
    guard let (values, vectors) = try? matrix.symmetricEigen() else { return nil }
    // Smaller eigenvalues are dominated by rounding.
    let least = max(settings.epsilon, values[-1].scalar * 1e-6)
    let powers = pow(maximum(values, least), -1 / Float(order))
    return matmul(vectors * powers, vectors, transposingB: true)
  }

  private func norm(_ x: Tensor) -> Float { Float(x.sumOfSquares.squareRoot()) }
}
