import GannetTensor

/// A running average of parameters (EMA or SWA), which often generalizes better than their last
/// values.
///
///     let average = ParameterAverage(model.parameters, decay: 0.999)
///     for batch in loader {
///       ...
///       optimizer.step()
///       average.update()
///     }
///     average.applied { evaluate(model) }
///
/// Batch norm's running statistics are not averaged.
public final class ParameterAverage {
  /// The parameters, in the order of ``averages``.
  public let parameters: Parameters
  /// The decay of the exponential average, or nil for the plain mean.
  public let decay: Float?
  /// The current averages; the parameters' initial values before the first update.
  public private(set) var averages: [Tensor]
  /// The number of updates.
  public private(set) var updateCount = 0

  /// Makes an average of `parameters`.
  ///
  /// - Parameters:
  ///   - parameters: The parameters, whose values now are the first averages.
  ///   - decay: The decay of an exponential average, a ← decay · a + (1 - decay) w, 0 to below 1.
  ///     By default the average is the mean over all calls of ``update()``, as in stochastic weight
  ///     averaging (Izmailov et al., 2018).
  public init(_ parameters: Parameters, decay: Float? = nil) {
    if let decay { checkShare(decay, "decay of the average") }
    self.parameters = parameters
    self.decay = decay
    averages = parameters.map { $0.value.detached() }
  }

  /// Adds the parameters' current values to the average; the first call sets it.
  public func update() {
    updateCount += 1
    let share = updateCount == 1 ? 1 : decay.map { 1 - $0 } ?? 1 / Float(updateCount)
    for (index, parameter) in parameters.enumerated() {
      averages[index].blend(with: parameter.value, share: share)
    }
  }

  /// Runs `body` with the averages as the parameters' values, which are restored afterwards.
  @discardableResult
  public func applied<Result>(_ body: () throws -> Result) rethrows -> Result {
    let values = parameters.map { $0.value.detached() }
    assign(averages)
    defer { assign(values) }
    return try body()
  }

  /// Restores `averages` of `updateCount` updates; stops where their number or a shape differs.
  public func restore(averages: [Tensor], updateCount: Int) {
    guard averages.map(\.shape) == parameters.map(\.shape) else {
      fail("ParameterAverage.restore: averages of other shapes than the parameters'")
    }
    self.averages = averages.map { $0.contiguous().detached() }
    self.updateCount = updateCount
  }

  private func assign(_ values: [Tensor]) {
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
  }
}
