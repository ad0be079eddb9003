import GannetTensor

/// All that an optimizer remembers, as it stands in a checkpoint.
public struct OptimizerState {
  /// Tensors by the parameter's name and their own: `features.0.weight.first_moment`.
  public var tensors: StateDictionary
  /// `step_count`, `groups.0.learning_rate`, `groups.0.weight_decay`, and each parameter's
  /// `features.0.weight.update_count`.
  public var numbers: [String: Double]

  /// A state of these parts.
  public init(tensors: StateDictionary, numbers: [String: Double]) {
    self.tensors = tensors
    self.numbers = numbers
  }
}

extension Optimizer {
  /// What has to be kept to go on later with the same bits, apart from the parameters themselves.
  public var stateDictionary: OptimizerState {
    var state = OptimizerState(tensors: [:], numbers: ["step_count": Double(stepCount)])
    for (number, group) in groups.enumerated() {
      state.numbers[rateName(number)] = Double(group.learningRate)
      state.numbers[decayName(number)] = Double(group.weightDecay)
    }
    for ((name, _), memory) in zip(namedParameters, memories) where memory.updateCount > 0 {
      state.numbers[name + ".update_count"] = Double(memory.updateCount)
      for (own, tensor) in memory.tensors { state.tensors[name + "." + own] = tensor }
    }
    return state
  }

  /// Takes over `state`; nothing changes unless all fits.
  ///
  /// - Throws: ``StateError`` where a name is missing or unexpected, or a shape differs, as in the state of
  ///   another kind of optimizer or of other parameters, or where a number is impossible.
  public func load(_ state: OptimizerState) throws {
    var error = StateError()
    var (tensors, numbers) = (state.tensors, state.numbers)
    func number(_ name: String, missing: Double? = nil) -> Double {
      guard let value = numbers.removeValue(forKey: name) ?? missing else {
        error.missing.append(name)
        return 0
      }
      if value >= 0, value.isFinite { return value }
      error.impossible.append("\(name) (\(value))")
      return 0
    }
    func count(_ name: String, missing: Double? = nil) -> Int {
      let value = number(name, missing: missing)
      if let count = Int(exactly: value), count < 1 << 48 { return count }
      error.impossible.append("\(name) (\(value))")
      return 0
    }
    let steps = count("step_count")
    let rates = groups.indices.map { (number(rateName($0)), number(decayName($0))) }
    let loaded = namedParameters.map { name, parameter -> ParameterMemory in
      var memory = ParameterMemory()
      memory.updateCount = count(name + ".update_count", missing: 0)
      guard memory.updateCount > 0 else { return memory }
      for (own, shape) in memoryShapes(of: parameter) {
        let full = name + "." + own
        guard let tensor = tensors.removeValue(forKey: full) else {
          error.missing.append(full)
          continue
        }
        if tensor.shape != shape { error.mismatched.append("\(full) (\(shape), \(tensor.shape))") }
        memory.tensors[own] = tensor.contiguous().detached()
      }
      return memory
    }
    error.unexpected = tensors.keys.sorted() + numbers.keys.sorted()
    guard error == StateError() else { throw error }
    stepCount = steps
    memories = loaded
    for (group, (rate, decay)) in zip(groups, rates) {
      group.learningRate = Float(rate)
      group.weightDecay = Float(decay)
    }
  }

  private func rateName(_ group: Int) -> String { "groups.\(group).learning_rate" }
  private func decayName(_ group: Int) -> String { "groups.\(group).weight_decay" }

  /// The parameters under PyTorch's names, or by their number where a name is missing or used twice.
  private var namedParameters: [(name: String, parameter: Parameter)] {
    let parameters = groups.flatMap(\.parameters)
    let uses = Dictionary(grouping: parameters, by: \.name).mapValues(\.count)
    return parameters.enumerated().map { number, parameter in
      let isUnique = !parameter.name.isEmpty && uses[parameter.name] == 1
      return (isUnique ? parameter.name.inSnakeCase : "parameters.\(number)", parameter)
    }
  }
}
