import GannetTensor

/// Shampoo, with a preconditioner for each side of a block of a weight matrix (Gupta et al., 2018; in
/// blocks: Anil et al., 2020, and Shi et al., 2023).
///
/// A weight is a matrix, `[out, rest]`, a vector one column, cut into blocks with sides of up to
/// `blockSize`. With G a block of the gradient plus weightDecay · W, L and R initially ε I, and k the
/// number of sides with a preconditioner:
///
///     L ← L + G Gᵀ,  R ← R + Gᵀ G
///     P = L^(-1/2k) G R^(-1/2k), scaled by the grafting
///     V ← momentum · V + P,  W ← W - learningRate · V
///
/// A side of size 1 has none; without any, P is AdaGrad's G / √(Σ G² + ε). The roots are computed by
/// LAPACK's symmetric eigensolver, which takes some 0.1 s for a side of 700, every `rootInterval`
/// updates. In between they are outdated, which grafting compensates.
///
/// With a trainer's `shardsOptimizer`, each of several ranks has the statistics and roots of some of
/// the blocks, and updates those.
public final class Shampoo: Optimizer {
  /// The length that a block's direction P is scaled to (Anil et al., 2020).
  public enum Grafting: Hashable, Sendable {
    /// P is not scaled.
    case none
    /// The norm of G, so that learning rates are comparable to SGD's.
    case sgd
    /// The norm of G / (√v + ε), with the bias-corrected average v of G² with the decay `beta`, so
    /// that learning rates are comparable to Adam's.
    case adam(beta: Float = 0.999, epsilon: Float = 1e-8)
  }

  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The momentum, 0 to below 1.
    public var momentum: Float = 0
    /// The initial diagonal of the preconditioners, and the smallest eigenvalue used.
    public var epsilon: Float = 1e-4
    /// The number of updates between computations of the roots; before the first, they are computed
    /// at each power of two.
    public var rootInterval = 20
    /// The largest side of a block.
    public var blockSize = 1_024
    /// The length of a direction; SGD's by default.
    public var grafting = Grafting.sgd
  }

  /// The settings.
  public let settings: Settings

  /// Makes an optimizer of `groups`; stops where a setting is out of range.
  public init(groups: [ParameterGroup], settings: Settings = .defaults) {
    settings.check()
    self.settings = settings
    super.init(groups: groups)
  }

  /// Makes an optimizer of one group, `parameters`.
  public convenience init(
    _ parameters: Parameters, learningRate: Float, momentum: Float = 0, weightDecay: Float = 0,
    epsilon: Float = 1e-4, rootInterval: Int = 20, blockSize: Int = 1_024,
    grafting: Grafting = .sgd
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(
        momentum: momentum, epsilon: epsilon, rootInterval: rootInterval, blockSize: blockSize,
        grafting: grafting))
  }

  public override class var usesGroupMomentum: Bool { true }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let blocks = ShampooBlocks(parameter.shape, settings.blockSize)
    let momentum = group.momentum ?? settings.momentum
    var g = gradient.reshaped(to: [blocks.rows, blocks.columns])
    if group.weightDecay != 0 { g += parameter.value.reshaped(to: g.shape) * group.weightDecay }
    let rows = blocks.ranges.indices.map { row in
      let directions = blocks.ranges[row].map { block in
        let part = g[block.rows].sliced(block.columns, along: 1)
        guard owns?[index][block.number] ?? true else { return Tensor(zeros: part.shape) }
        return direction(part, of: block, at: index, momentum: momentum)
      }
      return directions.count > 1 ? concatenate(directions, along: 1) : directions[0]
    }
    let all = rows.count > 1 ? concatenate(rows) : rows[0]
    parameter.value.add(all.reshaped(to: parameter.shape), scaledBy: -group.learningRate)
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    let count = ShampooBlocks(parameter.shape, settings.blockSize).all.count
    return (0..<count).reduce(into: [:]) { shapes, block in
      shapes.merge(memoryShapes(of: parameter, block: block)) { $1 }
    }
  }

  package override func memoryShapes(of parameter: Parameter, block: Int) -> [String: Shape] {
    let block = ShampooBlocks(parameter.shape, settings.blockSize).all[block]
    let shape: Shape = [block.rows.count, block.columns.count]
    let momentum = group(of: parameter)?.momentum ?? settings.momentum
    var shapes: [String: Shape] = momentum > 0 ? [block.name("velocity"): shape] : [:]
    for (name, size) in [("left", block.left), ("right", block.right)] {
      guard let size else { continue }
      shapes[block.name("\(name)_statistics")] = [size, size]
      shapes[block.name("\(name)_root")] = [size, size]
    }
    if block.sideCount == 0 { shapes[block.name("square_sum")] = shape }
    if case .adam = settings.grafting { shapes[block.name("second_moment")] = shape }
    return shapes
  }

  package override func blocks(of parameter: Parameter) -> [UpdateBlock] {
    ShampooBlocks(parameter.shape, settings.blockSize).all.map {
      UpdateBlock(rows: $0.rows, columns: $0.columns, cost: $0.cost)
    }
  }
}

extension Shampoo.Settings {
  /// No momentum, the roots every 20 updates.
  public static var defaults: Self { Self() }

  fileprivate func check() {
    checkShare(momentum, "momentum")
    guard epsilon > 0, epsilon.isFinite else {
      fail("Shampoo: epsilon \(epsilon), expected above 0")
    }
    guard rootInterval >= 1, blockSize >= 1 else {
      fail(
        "Shampoo: rootInterval \(rootInterval), blockSize \(blockSize), expected 1 or more")
    }
    if case .adam(let beta, let epsilon) = grafting {
      checkShare(beta, "beta of the grafting")
      checkNotNegative(epsilon, "epsilon of the grafting")
    }
  }
}
