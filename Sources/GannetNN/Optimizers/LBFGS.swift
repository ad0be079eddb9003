import GannetTensor

/// L-BFGS, which approximates the Hessian by past gradients, for losses of whole data sets (Nocedal and
/// Wright, 2006, section 7.2; the same steps as PyTorch's).
///
///     let optimizer = LBFGS(model.parameters, lineSearch: .strongWolfe)
///     for _ in 0..<20 {
///       let loss = optimizer.step { crossEntropy(model(images), labels) }
///     }
///
/// A step computes the loss several times, so it takes it as a closure, and computes the gradients
/// itself; ``Optimizer/step()`` stops. There is one group, without weight decay. Its memory is that of
/// 2 · historySize + 3 copies of the parameters.
public final class LBFGS: Optimizer {
  /// The search for the length of a step along its direction.
  public enum LineSearch: Sendable {
    /// Steps of the learning rate.
    case none
    /// Steps that fulfil the strong Wolfe conditions, from the learning rate on.
    case strongWolfe
  }

  /// The settings beside the learning rate.
  public struct Settings: Sendable {
    /// The largest number of iterations of a step.
    public var maximumIterations = 20
    /// The number of evaluations of the loss after which a step ends; nil for a quarter more than
    /// iterations.
    public var maximumEvaluations: Int?
    /// The largest element of the gradient at which a step ends.
    public var gradientTolerance = 1e-7
    /// The change of the loss or of the parameters at which a step ends.
    public var changeTolerance = 1e-9
    /// The number of past gradients.
    public var historySize = 100
    /// The search along a direction; none by default, a step of the learning rate.
    public var lineSearch = LineSearch.none
  }

  /// The settings.
  public let settings: Settings

  private var history: CurvatureHistory
  private var direction: Tensor?
  private var previousGradient: Tensor?
  private var length = 0.0
  private var iterationCount = 0

  /// Makes an optimizer of one group; stops where a setting is out of range.
  public init(group: ParameterGroup, settings: Settings = .defaults) {
    guard settings.maximumIterations > 0, settings.maximumEvaluations ?? 1 > 0,
      settings.historySize > 0
    else { fail("LBFGS: iterations, evaluations and historySize must be 1 or more") }
    guard group.weightDecay == 0 else { fail("LBFGS: has no weight decay; add a term to the loss") }
    checkNotNegative(Float(settings.gradientTolerance), "gradientTolerance")
    checkNotNegative(Float(settings.changeTolerance), "changeTolerance")
    self.settings = settings
    history = CurvatureHistory(limit: settings.historySize)
    super.init(groups: [group])
  }

  /// Makes an optimizer of `parameters`; the learning rate is 1 by default.
  public convenience init(
    _ parameters: Parameters, learningRate: Float = 1, maximumIterations: Int = 20,
    historySize: Int = 100, lineSearch: LineSearch = .none
  ) {
    self.init(
      group: ParameterGroup(parameters, learningRate: learningRate),
      settings: Settings(
        maximumIterations: maximumIterations, historySize: historySize, lineSearch: lineSearch))
  }

  /// Takes a step of several iterations and returns the loss before it.
  ///
  /// `loss` computes it anew each time from the parameters as they are; gradients are cleared before.
  /// Frozen parameters stay as they are.
  @discardableResult
  public func step(_ loss: () -> Tensor) -> Float {
    withoutActuallyEscaping(loss) { loss in
      step(FlatObjective(groups[0].parameters.filter { !$0.isFrozen }, loss))
    }
  }

  private func step(_ objective: FlatObjective) -> Float {
    stepCount += 1
    var point = objective.evaluate()
    refuseUnknownParameters()
    let first = point.loss
    var evaluations = 1
    let maximum = settings.maximumEvaluations ?? settings.maximumIterations * 5 / 4
    var iteration = 0
    while iteration < settings.maximumIterations, evaluations < maximum || iteration == 0,
      point.gradient.largestMagnitude > settings.gradientTolerance
    {
      iteration += 1
      let direction = nextDirection(point.gradient)
      let slope = point.gradient.dot(direction)
      guard slope <= -settings.changeTolerance else { break }
      let before = point.loss
      let isLast = iteration == settings.maximumIterations
      switch settings.lineSearch {
      case .none:
        objective.move(along: direction, by: length)
        if !isLast {
          point = objective.evaluate()
          evaluations += 1
        }
      case .strongWolfe:
        var search = WolfeSearch(
          objective, from: point, along: direction, slope: slope,
          maximumEvaluations: maximum - evaluations)
        (point, length) = search.run(from: length)
        evaluations += search.evaluations
      }
      if direction.largestMagnitude * abs(length) <= settings.changeTolerance { break }
      if abs(point.loss - before) < settings.changeTolerance, !isLast { break }
    }
    return Float(first)
  }

  /// The direction of the next iteration, after what the last one has shown; sets the step's length.
  private func nextDirection(_ gradient: Tensor) -> Tensor {
    iterationCount += 1
    let rate = Double(groups[0].learningRate)
    if let direction, let previousGradient {
      history.append(change: gradient - previousGradient, step: direction * Float(length))
      length = rate
    } else {
      length = min(1, 1 / gradient.sumOfMagnitudes) * rate
    }
    let next = history.direction(against: gradient)
    (direction, previousGradient) = (next, gradient)
    return next
  }

  public override func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    fail("LBFGS.step: needs the loss as a closure, step { loss }")
  }

  override var ownState: OptimizerState {
    var state = OptimizerState(tensors: [:], numbers: [:])
    guard let direction, let previousGradient else { return state }
    state.numbers = [
      "lbfgs.length": length, "lbfgs.iteration_count": Double(iterationCount),
      "lbfgs.history_count": Double(history.pairs.count),
    ]
    state.tensors = ["lbfgs.direction": direction, "lbfgs.previous_gradient": previousGradient]
    for (number, pair) in history.pairs.enumerated() {
      state.tensors["lbfgs.change.\(number)"] = pair.change
      state.tensors["lbfgs.step.\(number)"] = pair.step
    }
    return state
  }

  override func loadOwnState(
    _ state: inout OptimizerState, _ error: inout StateError
  ) -> () -> Void {
    var (taken, problems) = (state, error)
    func number(_ name: String) -> Double { taken.numbers.removeValue(forKey: name) ?? 0 }
    func tensor(_ name: String) -> Tensor? {
      guard let tensor = taken.tensors.removeValue(forKey: name) else {
        problems.missing.append(name)
        return nil
      }
      let size = groups[0].parameters.filter { !$0.isFrozen }.reduce(0) { $0 + $1.value.count }
      if tensor.shape != [size] {
        problems.mismatched.append("\(name) ([\(size)], \(tensor.shape))")
      }
      return tensor.contiguous().detached()
    }
    let length = number("lbfgs.length")
    let (iterations, pairs) = (number("lbfgs.iteration_count"), number("lbfgs.history_count"))
    guard let count = Int(exactly: iterations), let pairCount = Int(exactly: pairs),
      pairCount <= settings.historySize, pairCount >= 0, count >= 0, length.isFinite
    else {
      error.impossible.append("lbfgs.history_count (\(pairs)) of \(settings.historySize)")
      return {}
    }
    var loaded = CurvatureHistory(limit: settings.historySize)
    var (direction, gradient): (Tensor?, Tensor?)
    if count > 0 {
      direction = tensor("lbfgs.direction")
      gradient = tensor("lbfgs.previous_gradient")
      for number in 0..<pairCount {
        guard let change = tensor("lbfgs.change.\(number)"),
          let step = tensor("lbfgs.step.\(number)"), change.shape == step.shape
        else { break }
        loaded.append(change: change, step: step)
      }
    }
    (state, error) = (taken, problems)
    return { [self] in
      (self.length, iterationCount, history) = (length, count, loaded)
      (self.direction, previousGradient) = (direction, gradient)
    }
  }
}

extension LBFGS.Settings {
  /// PyTorch's: twenty iterations, without a line search.
  public static var defaults: Self { Self() }
}
