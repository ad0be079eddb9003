import GannetTensor

/// Shampoo, with a preconditioner for each side of a weight matrix (Gupta et al., 2018).
///
/// A weight is a matrix, `[out, rest]`, a vector one column. With G the gradient plus weightDecay ·
/// W, L and R initially ε I, and k the number of sides with a preconditioner:
///
///     L ← L + G Gᵀ,  R ← R + Gᵀ G
///     P = L^(-1/2k) G R^(-1/2k)
///     V ← momentum · V + P,  W ← W - learningRate · V
///
/// A side of size 1, or larger than `maximumSize`, has none; without any, P is AdaGrad's G / √(Σ G²
/// + ε). The roots are computed by LAPACK's symmetric eigensolver, which takes some 0.1 s for a
/// side of 700, every `rootInterval` updates. In between they are outdated, which `keepsNorm`
/// compensates.
public final class Shampoo: Optimizer {
  /// The settings beside the learning rate and the weight decay, which the groups have.
  public struct Settings: Sendable {
    /// The momentum, 0 to below 1.
    public var momentum: Float = 0
    /// The initial diagonal of the preconditioners, and the smallest eigenvalue used.
    public var epsilon: Float = 1e-4
    /// The number of updates between computations of the roots; before the first, they are computed
    /// at each power of two.
    public var rootInterval = 20
    /// The largest side with a preconditioner.
    public var maximumSize = 1_024
    /// Whether P is scaled to the norm of G, so that learning rates are comparable to SGD's
    /// (grafting: Anil et al., 2020).
    public var keepsNorm = true
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
    epsilon: Float = 1e-4, rootInterval: Int = 20, maximumSize: Int = 1_024, keepsNorm: Bool = true
  ) {
    self.init(
      groups: [ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)],
      settings: Settings(
        momentum: momentum, epsilon: epsilon, rootInterval: rootInterval,
        maximumSize: maximumSize, keepsNorm: keepsNorm))
  }

  public override class var usesGroupMomentum: Bool { true }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    let sides = Sides(parameter.shape, settings.maximumSize)
    var g = gradient.reshaped(to: [sides.rows, sides.columns])
    if group.weightDecay != 0 { g += parameter.value.reshaped(to: g.shape) * group.weightDecay }
    var direction = precondition(g, sides, at: index)
    if settings.keepsNorm { direction *= norm(g) / max(norm(direction), .leastNormalMagnitude) }
    direction = direction.reshaped(to: parameter.shape)
    let momentum = group.momentum ?? settings.momentum
    if momentum > 0 {
      if let velocity = memories[index].tensors["velocity"] {
        direction += velocity * momentum
      }
      memories[index].tensors["velocity"] = direction
    }
    parameter.value.add(direction, scaledBy: -group.learningRate)
  }

  public override func memoryShapes(of parameter: Parameter) -> [String: Shape] {
    let sides = Sides(parameter.shape, settings.maximumSize)
    let momentum = group(of: parameter)?.momentum ?? settings.momentum
    var shapes: [String: Shape] = momentum > 0 ? ["velocity": parameter.shape] : [:]
    for (name, size) in [("left", sides.left), ("right", sides.right)] {
      guard let size else { continue }
      shapes["\(name)_statistics"] = [size, size]
      shapes["\(name)_root"] = [size, size]
    }
    if sides.count == 0 { shapes["square_sum"] = [sides.rows, sides.columns] }
    return shapes
  }

  private func precondition(_ g: Tensor, _ sides: Sides, at index: Int) -> Tensor {
    guard sides.count > 0 else {
      let sum = (memories[index].tensors["square_sum"] ?? Tensor(zeros: g.shape)) + g * g
      memories[index].tensors["square_sum"] = sum
      return g / sqrt(sum + settings.epsilon)
    }
    var direction = g
    if let size = sides.left {
      let news = matmul(g, g, transposingB: true)
      direction = matmul(root("left", size, sides, at: index, adding: news), direction)
    }
    if let size = sides.right {
      let news = matmul(g, g, transposingA: true)
      direction = matmul(direction, root("right", size, sides, at: index, adding: news))
    }
    return direction
  }

  /// The root of one side's statistics with `news` added, recomputed only if due.
  private func root(
    _ side: String, _ size: Int, _ sides: Sides, at index: Int, adding news: Tensor
  ) -> Tensor {
    let (statisticsName, rootName) = (side + "_statistics", side + "_root")
    let before =
      memories[index].tensors[statisticsName] ?? Tensor(identity: size) * settings.epsilon
    let statistics = before + news
    memories[index].tensors[statisticsName] = statistics
    let old = memories[index].tensors[rootName] ?? Tensor(identity: size)
    let (count, interval) = (memories[index].updateCount, settings.rootInterval)
    // At 1, 2, 4, 8, … at first, when the statistics change quickly.
    let isDue = count % interval == 0 || (count < interval && count & (count - 1) == 0)
    let root = isDue ? inverseRoot(of: statistics, order: 2 * sides.count) ?? old : old
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

extension Shampoo.Settings {
  /// No momentum, the roots every 20 updates.
  public static var defaults: Self { Self() }

  fileprivate func check() {
    checkShare(momentum, "momentum")
    guard epsilon > 0, epsilon.isFinite else {
      fail("Shampoo: epsilon \(epsilon), expected above 0")
    }
    guard rootInterval >= 1 else {
      fail("Shampoo: rootInterval \(rootInterval), expected 1 or more")
    }
  }
}

/// A weight as a matrix, and its sides with a preconditioner.
private struct Sides {
  let rows: Int
  let columns: Int
  let left: Int?
  let right: Int?

  init(_ shape: Shape, _ maximumSize: Int) {
    rows = shape.first ?? 1
    columns = shape.dropFirst().reduce(1, *)
    left = rows > 1 && rows <= maximumSize ? rows : nil
    right = columns > 1 && columns <= maximumSize ? columns : nil
  }

  var count: Int { (left == nil ? 0 : 1) + (right == nil ? 0 : 1) }
}
