import GannetTensor

/// The state of an optimizer, as in a checkpoint.
public struct OptimizerState {
  /// State tensors by parameter and name: `features.0.weight.first_moment`.
  public var tensors: StateDictionary
  /// `step_count`, `groups.0.learning_rate`, `groups.0.weight_decay`, a group's own momentum and
  /// betas, and each parameter's `features.0.weight.update_count`.
  public var numbers: [String: Double]

  /// Makes a state of its parts.
  public init(tensors: StateDictionary, numbers: [String: Double]) {
    self.tensors = tensors
    self.numbers = numbers
  }
}

extension Optimizer {
  /// The state required to resume with the same bits, besides the parameters.
  public var stateDictionary: OptimizerState { stateDictionary(with: memories) }

  /// The state with `memories` in place of the optimizer's own.
  package func stateDictionary(with memories: [ParameterMemory]) -> OptimizerState {
    var state = ownState
    state.numbers["step_count"] = Double(stepCount)
    for (number, group) in groups.enumerated() {
      state.numbers[rateName(number)] = Double(group.learningRate)
      state.numbers[decayName(number)] = Double(group.weightDecay)
      for (name, value) in group.ownShares {
        state.numbers["groups.\(number).\(name)"] = value.map(Double.init)
      }
      if proportions.isHidden {
        state.numbers[proportionName(number)] = proportions.multiples[number]
      }
    }
    for ((name, _, _), memory) in zip(namedParameters, memories) where memory.updateCount > 0 {
      state.numbers[name + ".update_count"] = Double(memory.updateCount)
      for (own, tensor) in memory.tensors { state.tensors[name + "." + own] = tensor }
    }
    return state
  }

  /// Loads `state`; nothing changes unless all of it matches.
  ///
  /// Parameters are identified by their names in the module whose ``Module/parameters`` the
  /// optimizer has, or by index without a module. Names of older files, in lower case, are accepted
  /// if unambiguous.
  ///
  /// - Throws: ``StateError`` where a name is missing or unexpected, a shape differs, or a number
  ///   is invalid, as in the state of another kind of optimizer or of other parameters.
  public func load(_ state: OptimizerState) throws {
    var (error, own) = (StateError(), state)
    let setOwnState = loadOwnState(&own, &error)
    var (tensors, numbers) = (own.tensors, own.numbers)
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
    func rate(_ name: String) -> Float {
      let value = number(name)
      if Float(value).isFinite { return Float(value) }
      error.impossible.append("\(name) (\(value))")
      return 0
    }
    func share(_ name: String) -> Float? {
      guard numbers[name] != nil else { return nil }
      let value = rate(name)
      if value < 1 { return value }
      error.impossible.append("\(name) (\(value))")
      return nil
    }
    let shares = groups.enumerated().map { number, group in
      group.ownShares.map { share("groups.\(number).\($0.name)") }
    }
    let rates = groups.indices.map { (rate(rateName($0)), rate(decayName($0))) }
    let multiples = groups.indices.compactMap {
      numbers[proportionName($0)] == nil ? nil : number(proportionName($0))
    }
    let names = spellings(namedParameters.map { ([$0.name], $0.former) }) {
      numbers[$0 + ".update_count"] != nil
    }
    let parameters = groups.flatMap(\.parameters)
    let loaded = zip(names, parameters).map { name, parameter -> ParameterMemory in
      var memory = ParameterMemory()
      memory.updateCount = count(name + ".update_count", missing: 0)
      guard memory.updateCount > 0 else { return memory }
      for (own, shape) in memoryShapes(of: parameter).sorted(by: { $0.key < $1.key }) {
        let full = name + "." + own
        guard let tensor = tensors.removeValue(forKey: full) else {
          error.missing.append(full)
          error.shapes[full] = shape
          continue
        }
        if tensor.shape != shape { error.mismatched.append("\(full) (\(shape), \(tensor.shape))") }
        memory.tensors[own] = tensor.contiguous().detached()
      }
      return memory
    }
    error.unexpected = tensors.keys.sorted() + numbers.keys.sorted()
    for (name, tensor) in tensors { error.shapes[name] = tensor.shape }
    guard error == StateError() else { throw error }
    stepCount = steps
    memories = zip(parameters, loaded).enumerated().map { index, loaded in
      ownPart(of: loaded.1, of: loaded.0, at: index)
    }
    for (group, (rate, decay)) in zip(groups, rates) {
      group.learningRate = rate
      group.weightDecay = decay
    }
    for (group, shares) in zip(groups, shares) { group.setOwnShares(shares) }
    setOwnState()
    if multiples.count == groups.count, rates.allSatisfy({ $0.0 == 0 }) {
      setProportions(multiples)
    }
  }

  private func rateName(_ group: Int) -> String { "groups.\(group).learning_rate" }
  private func decayName(_ group: Int) -> String { "groups.\(group).weight_decay" }

  private func proportionName(_ group: Int) -> String { "groups.\(group).rate_proportion" }

  /// The parameters with their names in the module's state dictionary, or indices without a module
  /// or where two groups' names clash, and with their names in older files.
  private var namedParameters: [(name: String, former: [String], parameter: Parameter)] {
    let elements = groups.flatMap(\.parameters.elements)
    let uses = Dictionary(grouping: elements, by: \.name.stateName).mapValues(\.count)
    return elements.enumerated().map { number, element in
      let (name, parameter) = element
      let isUnique = !name.stateName.isEmpty && uses[name.stateName] == 1
      let former = [name, PartName(path: parameter.name)].map(\.formerStateName)
      return (
        isUnique ? name.stateName : "parameters.\(number)", former.filter { !$0.isEmpty },
        parameter
      )
    }
  }
}

extension ParameterGroup {
  /// The momentum and the betas that the group has of its own, by their names in a state.
  fileprivate var ownShares: [(name: String, value: Float?)] {
    [("momentum", momentum), ("first_beta", betas?.first), ("second_beta", betas?.second)]
  }

  /// Sets the momentum and the betas that a state has, in the order of `ownShares`.
  fileprivate func setOwnShares(_ shares: [Float?]) {
    if let momentum = shares[0] { self.momentum = momentum }
    if let first = shares[1], let second = shares[2] { betas = (first, second) }
  }
}

extension Optimizer {
  /// The memory without the state of blocks that other processes update.
  private func ownPart(
    of memory: ParameterMemory, of parameter: Parameter, at index: Int
  ) -> ParameterMemory {
    guard let owns else { return memory }
    var own = memory
    for (block, isOwn) in owns[index].enumerated() where !isOwn {
      for name in memoryShapes(of: parameter, block: block).keys { own.tensors[name] = nil }
    }
    return own
  }
}
