import GannetTensor

/// Parameters that an optimizer treats alike.
public final class ParameterGroup {
  /// The parameters, in the optimizer's order.
  public let parameters: Parameters
  /// The step size; schedules change it.
  public var learningRate: Float
  /// The factor of the L2 penalty's gradient, weightDecay · w.
  public var weightDecay: Float

  /// A group of `parameters`.
  public init(_ parameters: Parameters, learningRate: Float, weightDecay: Float = 0) {
    guard learningRate >= 0, learningRate.isFinite else {
      fail("ParameterGroup: learningRate \(learningRate)")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      fail("ParameterGroup: weightDecay \(weightDecay)")
    }
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }
}

/// Changes parameters by their gradients. Subclasses say how, in ``update(_:by:at:in:)``.
///
///     let optimizer = SGD(model.parameters, learningRate: 0.1)
///     for batch in loader {
///       optimizer.zeroGradients()
///       crossEntropy(model(batch.images), batch.labels).backward()
///       optimizer.step()
///     }
///
/// The parameters are a snapshot. A step that meets a gradient of a parameter of the same module that it
/// does not know, because a part was replaced, stops with its name: the part would silently stay as it is.
open class Optimizer {
  /// The groups, each with its learning rate.
  public let groups: [ParameterGroup]
  /// How many steps have been taken.
  public internal(set) var stepCount = 0
  private var untrackedLeavesSeen: UInt64 = 0

  /// An optimizer of `groups`; stops where a parameter stands in two of them.
  public init(groups: [ParameterGroup]) {
    self.groups = groups
    var seen: Set<ObjectIdentifier> = []
    for parameter in groups.lazy.flatMap(\.parameters) {
      guard seen.insert(ObjectIdentifier(parameter)).inserted else {
        fail("Optimizer: parameter \(parameter.name) stands in two groups")
      }
      parameter.node.isTracked = true
    }
  }

  /// The learning rate of the first group; setting it sets that of all.
  public var learningRate: Float {
    get { groups.first?.learningRate ?? 0 }
    set { for group in groups { group.learningRate = newValue } }
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
          if !parameter.isFrozen, let gradient = parameter.gradient {
            update(parameter, by: gradient, at: index, in: group)
          }
          index += 1
        }
      }
    }
  }

  /// Changes the value of `parameter`, the optimizer's number `index`, by its gradient. Runs without
  /// recording.
  open func update(
    _ parameter: Parameter, by gradient: Tensor, at index: Int, in group: ParameterGroup
  ) {
    fail("\(type(of: self)): update(_:by:at:in:) is not overridden")
  }

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
    for parameter in owners.lazy.flatMap(\.parameters)
    where !parameter.isFrozen && !parameter.node.isTracked && parameter.gradient != nil {
      fail(
        "Optimizer.step: parameter \(parameter.name) \(parameter.shape) has a gradient but is not "
          + "among the optimizer's: it was left out, or replaced or added after the optimizer was "
          + "made; freeze it if it is to stay as it is")
    }
  }
}
