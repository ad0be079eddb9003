import GannetTensor

/// The base class of optimizers, which update parameters by their gradients. Subclasses override
/// ``update(_:by:at:in:)``.
///
///     let optimizer = SGD(model.parameters, learningRate: 0.1)
///     for batch in loader {
///       optimizer.zeroGradients()
///       crossEntropy(model(batch.images), batch.labels).backward()
///       optimizer.step()
///     }
///
/// Gradients accumulate until they are cleared. To accumulate over several small batches, call
/// ``zeroGradients()`` before and ``step()`` after all of them, and multiply each batch's mean loss
/// by its share of the examples, `loss * (Float(batch.count) / Float(total))`. Batch norm still
/// uses the statistics of each small batch.
///
/// The parameters are a snapshot. A step stops at a gradient of an unknown parameter of the same
/// module, such as one of a replaced part, which would otherwise silently not be trained.
open class Optimizer {
  /// The groups, each with its learning rate.
  public let groups: [ParameterGroup]
  /// The number of steps taken.
  public internal(set) var stepCount = 0
  /// The state of each parameter, in the order of the groups.
  public final var memories: [ParameterMemory]

  /// Whether this process updates each block of each parameter, and has its state; nil where it does
  /// all, without other processes.
  package final var owns: [[Bool]]?

  private var rateProportions: RateProportions
  private var untrackedLeavesSeen: UInt64 = 0

  /// Makes an optimizer of `groups`; stops where a parameter is in two of them.
  public init(groups: [ParameterGroup]) {
    self.groups = groups
    rateProportions = RateProportions(of: groups.map(\.learningRate))
    memories = groups.flatMap(\.parameters).map { _ in ParameterMemory() }
    var seen: Set<ObjectIdentifier> = []
    for (name, parameter) in groups.lazy.flatMap(\.parameters.elements) {
      guard seen.insert(ObjectIdentifier(parameter)).inserted else {
        fail("Optimizer: parameter \(name.path) is in two groups")
      }
      parameter.node.isTracked = true
    }
    for group in groups {
      guard group.momentum == nil || Self.usesGroupMomentum else {
        fail("\(Self.self): a group has a momentum, which this optimizer does not use")
      }
      guard group.betas == nil || Self.usesGroupBetas else {
        fail("\(Self.self): a group has betas, which this optimizer does not use")
      }
    }
  }

  /// Whether updates use ``ParameterGroup/momentum``; false by default.
  open class var usesGroupMomentum: Bool { false }

  /// Whether updates use ``ParameterGroup/betas``; false by default.
  open class var usesGroupBetas: Bool { false }

  /// The first nonzero learning rate of the groups. Setting it scales all groups' rates in
  /// proportion: `optimizer.learningRate = schedule(epoch)`.
  ///
  /// A group whose rate is 0 while others' are not stays at 0. Setting it to 0 preserves the
  /// proportions, also in a saved state. Stops at a rate that is negative or not finite.
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

  /// The current proportions of the groups' rates.
  var proportions: RateProportions { rateProportions.adapted(to: groups.map(\.learningRate)) }

  /// Sets the proportions of rates that are all 0.
  func setProportions(_ multiples: [Double]) {
    rateProportions = RateProportions(multiples: multiples, ofZeros: groups.map(\.learningRate))
  }

  /// Clears the gradients of all parameters.
  public final func zeroGradients() {
    for group in groups { for parameter in group.parameters { parameter.gradient = nil } }
  }

  /// Updates every parameter that has a gradient and is not frozen.
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
    if let owns, !owns[index].contains(true) { return }
    if let rows = parameter.node.rowGradient, update(parameter, byRows: rows, at: index, in: group)
    {
      return
    }
    update(parameter, by: parameter.gradient!, at: index, in: group)
  }

  /// Updates only the rows of `parameter` in `gradient` and returns true, if the optimizer's rule
  /// does not change other rows; otherwise changes nothing.
  func update(
    _ parameter: Parameter, byRows gradient: RowGradient, at index: Int, in group: ParameterGroup
  ) -> Bool { false }

  /// Updates the value and the state in ``Optimizer/memories`` of `parameter`, which has the given index in
  /// the optimizer. Operations are not recorded.
  open func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    fail("\(type(of: self)): update(_:by:at:in:) is not overridden")
  }

  /// The names and shapes of the state tensors of `parameter`, which a checkpoint holds; none by
  /// default.
  open func memoryShapes(of parameter: Parameter) -> [String: Shape] { [:] }

  /// The group of `parameter`, which is one of the optimizer's.
  func group(of parameter: Parameter) -> ParameterGroup? {
    groups.first { $0.parameters.contains { $0 === parameter } }
  }

  /// The part of the state that belongs to no single parameter; none by default.
  var ownState: OptimizerState { OptimizerState(tensors: [:], numbers: [:]) }

  /// Takes the optimizer's own part out of a state and returns what sets it, if all else fits.
  func loadOwnState(_ state: inout OptimizerState, _ error: inout StateError) -> () -> Void { {} }

  /// The blocks of `parameter` that are updated independently of each other, so that several
  /// processes can share them: the whole by default.
  package func blocks(of parameter: Parameter) -> [UpdateBlock] {
    let whole = UpdateBlock.whole(parameter.shape)
    return [UpdateBlock(rows: whole.rows, columns: whole.columns, cost: Double(whole.count))]
  }

  /// The names and shapes of the state tensors of a block, among those of ``memoryShapes(of:)``.
  package func memoryShapes(of parameter: Parameter, block: Int) -> [String: Shape] {
    memoryShapes(of: parameter)
  }

  func refuseUnknownParameters() {
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

/// An optimizer's state of one parameter.
public struct ParameterMemory {
  /// The number of the parameter's updates, fewer than the optimizer's steps if it was frozen or
  /// unused.
  public internal(set) var updateCount = 0
  /// State tensors, such as running averages, by name.
  public var tensors: [String: Tensor] = [:]
}

extension Optimizer {
  /// Takes the state tensor `name` of parameter `index`, initially zeros of `shape`, out of
  /// ``memories``, so that it can be written in place and put back.
  func takeMemory(_ name: String, at index: Int, shape: Shape) -> Tensor {
    memories[index].tensors.removeValue(forKey: name) ?? Tensor(zeros: shape)
  }
}
