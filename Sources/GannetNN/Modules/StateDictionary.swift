import GannetTensor

/// The tensors of a module by name, as in a file.
public typealias StateDictionary = [String: Tensor]

extension Module {
  /// The parameters and buffers, each once, under PyTorch's names: property paths from here, in
  /// which a plain lowerCamelCase property is in snake case.
  ///
  /// | property | name |
  /// | --- | --- |
  /// | `runningMean`, `layer1`, `fc` | `running_mean`, `layer1`, `fc` |
  /// | `weightIH`, `conv2D`, `aB` | `weight_i_h`, `conv2_d`, `a_b` |
  /// | `W`, `W_q`, `fc_1` | as they are: they start with a capital or have an underscore |
  /// | `_hidden`, or `hidden` with a property wrapper | `hidden` |
  ///
  /// Keys of dictionaries and indices are unchanged; ``NamedParts`` define their names. Stops where
  /// two parameters or buffers have the same name.
  public var stateDictionary: StateDictionary { stateDictionary(includingTied: false) }

  /// The state dictionary, optionally with all names of tied parameters, such as an output layer's
  /// weight that is also the embedding's, as PyTorch writes it.
  public func stateDictionary(includingTied: Bool) -> StateDictionary {
    var state: StateDictionary = [:]
    for entry in stateEntries(withTied: includingTied) {
      for name in entry.names { state[name.stateName] = entry.value }
    }
    return state
  }

  func stateEntries(withTied: Bool) -> [StateEntry] {
    let walk = ModuleWalk(self, findsAliases: withTied)
    func entry(_ name: PartName, _ part: AnyObject, _ tensor: StateEntry.Part) -> StateEntry {
      StateEntry(names: [name] + (walk.aliases[ObjectIdentifier(part)] ?? []), part: tensor)
    }
    return walk.parameters.map { entry($0, $1, .parameter($1)) }
      + walk.buffers.map { entry($0, $1, .buffer($1)) }
  }
}

/// A parameter or buffer with its names, the first one first.
struct StateEntry {
  enum Part {
    case parameter(Parameter)
    case buffer(Buffer)
  }

  let names: [PartName]
  let part: Part

  var value: Tensor {
    switch part {
    case .parameter(let parameter): parameter.value.detached()
    case .buffer(let buffer): buffer.value
    }
  }

  var shape: Shape {
    switch part {
    case .parameter(let parameter): parameter.shape
    case .buffer(let buffer): buffer.value.shape
    }
  }

  var isOptional: Bool {
    if case .buffer(let buffer) = part { buffer.isOptional } else { false }
  }

  func set(_ value: Tensor) {
    switch part {
    case .parameter(let parameter): parameter.value = value
    case .buffer(let buffer): buffer.value = value.detached()
    }
  }
}
