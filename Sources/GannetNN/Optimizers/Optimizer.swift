import GannetTensor

/// Changes parameters by their gradients. Subclasses say how, in ``update(_:by:at:in:)``.
///
///     let optimizer = SGD(model.parameters, learningRate: 0.1)
///     for batch in loader {
///       optimizer.zeroGradients()
///       crossEntropy(model(batch.images), batch.labels).backward()
///       optimizer.step()
///     }
///
/// Gradients add up until they are cleared, so several small batches make one large one: call
/// ``zeroGradients()`` before and ``step()`` after all of them, and multiply each batch's mean loss by its
/// share of the examples, `loss * (Float(batch.count) / Float(total))`. Dividing by the number of batches is
/// right only where all have the same size: a short last batch would weigh as much as a whole one. Batch
/// norm still takes the statistics of each small batch.
///
/// The parameters are a snapshot. A step that meets a gradient of a parameter of the same module that it
/// does not know, because a part was replaced, stops with its name: the part would silently stay as it is.
open class Optimizer {
  /// The groups, each with its learning rate.
  public let groups: [ParameterGroup]
  /// How many steps have been taken.
  public internal(set) var stepCount = 0
  /// What is remembered of each parameter, in the order of the groups.
  public final var memories: [ParameterMemory]

  private var rateProportions: RateProportions
  private var untrackedLeavesSeen: UInt64 = 0

  /// An optimizer of `groups`; stops where a parameter stands in two of them.
  public init(groups: [ParameterGroup]) {
    self.groups = groups
    rateProportions = RateProportions(of: groups.map(\.learningRate))
    memories = groups.flatMap(\.parameters).map { _ in ParameterMemory() }
    var seen: Set<ObjectIdentifier> = []
    for (name, parameter) in groups.lazy.flatMap(\.parameters.elements) {
      guard seen.insert(ObjectIdentifier(parameter)).inserted else {
        fail("Optimizer: parameter \(name.path) stands in two groups")
      }
      parameter.node.isTracked = true
    }
  }

  /// The learning rate of the first group that has one other than 0. Setting it sets all groups' rates, in
  /// the proportions that they have: `optimizer.learningRate = schedule(epoch)`.
  ///
  /// A group whose rate is 0 beside others stays at 0. After a setting to 0 the proportions are those
  /// before, also in a state that is loaded later. Stops at a rate that is negative or no number.
  public var learningRate: Float {
    get { proportions.leader.map { groups[$0].learningRate } ?? 0 }
    set {
      checkNotNegative(newValue, "learningRate")
      rateProportions = proportions
      for (group, rate) in zip(groups, rateProportions.scaled(to: newValue)) {
        group.learningRate = rate
      }
    }
  }

  /// The proportions of the groups' rates as they are now.
  var proportions: RateProportions { rateProportions.adapted(to: groups.map(\.learningRate)) }

  /// Sets what the rates, which are all 0, do not tell of their proportions.
  func setProportions(_ multiples: [Double]) {
    rateProportions = RateProportions(multiples: multiples, ofZeros: groups.map(\.learningRate))
  }

  /// Clears the gradients of all parameters.
  public final func zeroGradients() {
    for group in groups { for parameter in group.parameters { parameter.gradient = nil } }
  }

  /// Changes every parameter that has a gradient and is not frozen.
  public final func step() {
    refuseUnknownParameters()
    stepCount += 1
    withoutGradients {
      var index = 0
      for group in groups {
        for parameter in group.parameters {
          if !parameter.isFrozen { update(parameter, at: index, in: group) }
          index += 1
        }
      }
    }
  }

  private func update(_ parameter: Parameter, at index: Int, in group: ParameterGroup) {
    guard parameter.node.gradientElements != nil else { return }
    memories[index].updateCount += 1
    if let rows = parameter.node.rowGradient, update(parameter, byRows: rows, at: index, in: group)
    {
      return
    }
    update(parameter, by: parameter.gradient!, at: index, in: group)
  }

  /// Changes the rows of `parameter` that `gradient` has, and returns true, where the others stay what
  /// they are by the optimizer's rule; else changes nothing.
  func update(
    _ parameter: Parameter, byRows gradient: RowGradient, at index: Int, in group: ParameterGroup
  ) -> Bool { false }

  /// Changes the value of `parameter`, the optimizer's number `index`, by its gradient, and what
  /// ``memories`` holds of it. Runs without recording.
  open func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    fail("\(type(of: self)): update(_:by:at:in:) is not overridden")
  }

  /// The names and shapes of the tensors that ``update(_:by:at:in:)`` remembers of `parameter`, which a
  /// checkpoint must hold; none unless overridden.
  open func memoryShapes(of parameter: Parameter) -> [String: Shape] { [:] }

  private func refuseUnknownParameters() {
    let count = UntrackedLeaves.count
    guard count != untrackedLeavesSeen else { return }
    untrackedLeavesSeen = count
    var owners: [any Module] = []
    for group in groups {
      if let owner = group.parameters.owner, !owners.contains(where: { $0 === owner }) {
        owners.append(owner)
      }
    }
    for (name, parameter) in owners.lazy.flatMap(\.parameters.elements)
    where !parameter.isFrozen && !parameter.node.isTracked && parameter.gradient != nil {
      fail(
        "Optimizer.step: parameter \(name.path) \(parameter.shape) has a gradient but is not "
          + "among the optimizer's: it was left out, or replaced or added after the optimizer was "
          + "made; freeze it if it is to stay as it is")
    }
  }
}

/// What an optimizer remembers of one parameter.
public struct ParameterMemory {
  /// How many updates the parameter has had; frozen or unused, it has fewer than the optimizer's steps.
  public internal(set) var updateCount = 0
  /// Running averages and the like, by name.
  public var tensors: [String: Tensor] = [:]
}

// MARK: In place

extension Optimizer {
  /// The elements of what is remembered as `name`, zeros of `shape` at first, to be written.
  func memory(_ name: String, at index: Int, shape: Shape) -> UnsafeMutablePointer<Float> {
    var tensor = memories[index].tensors.removeValue(forKey: name) ?? Tensor(zeros: shape)
    tensor.prepareToWrite()
    memories[index].tensors[name] = tensor
    return tensor.pointer
  }

  /// Calls `kernel(w, g, start, count)` for chunks of the parameter, from element `start` on, on all
  /// threads.
  func inChunks(
    of parameter: Parameter, _ gradient: Tensor,
    _ kernel: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int, Int) -> Void
  ) {
    parameter.value.prepareToWrite()
    let gradient = gradient.contiguous()
    let (w, g) = (parameter.value.pointer, gradient.pointer)
    ThreadPool.shared.forEach(gradient.count, by: 16_384) { range in
      kernel(w + range.lowerBound, g + range.lowerBound, range.lowerBound, range.count)
    }
    withExtendedLifetime(gradient.storage) {}
  }
}
