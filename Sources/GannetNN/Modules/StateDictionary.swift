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
    func entries(_ name: PartName, _ part: AnyObject, _ tensor: StateEntry.Part) -> [StateEntry] {
      let names = ([name] + (walk.aliases[ObjectIdentifier(part)] ?? [])).map(\.stored)
      let count = names[0].count
      return (0..<count).map { index in
        StateEntry(
          names: names.compactMap { $0.count == count ? $0[index] : nil }, part: tensor,
          share: (index, count))
      }
    }
    return walk.parameters.flatMap { entries($0, $1, .parameter($1)) }
      + walk.buffers.flatMap { entries($0, $1, .buffer($1)) }
  }
}

/// A tensor of a state dictionary: a parameter, a part of one, or a buffer, with its names, the first
/// one first.
struct StateEntry {
  enum Part {
    case parameter(Parameter)
    case buffer(Buffer)
  }

  let names: [PartName]
  let part: Part
  /// The index of this share of the parameter's first axis, and their number.
  let share: (index: Int, count: Int)

  var value: Tensor {
    switch part {
    case .parameter(let parameter):
      let value = parameter.value.detached()
      let whole = parameter.isStoredTransposed ? value.transposed().contiguous() : value
      return share.count > 1 ? whole.sliced(range(of: whole.shape), along: 0) : whole
    case .buffer(let buffer): return buffer.value
    }
  }

  var shape: Shape { value.shape }

  var isOptional: Bool {
    if case .buffer(let buffer) = part { buffer.isOptional } else { false }
  }

  func set(_ value: Tensor) {
    switch part {
    case .parameter(let parameter):
      let value = parameter.isStoredTransposed ? value.transposed() : value
      guard share.count > 1 else {
        parameter.value = value
        return
      }
      var whole = parameter.value.detached()
      whole[range(of: whole.shape)] = value.detached()
      parameter.value = whole
    case .buffer(let buffer): buffer.value = value.detached()
    }
  }

  private func range(of shape: Shape) -> Range<Int> {
    guard shape[0] % share.count == 0 else {
      fail("\(names[0].stateName): \(shape) has no \(share.count) equal parts")
    }
    let size = shape[0] / share.count
    return share.index * size..<(share.index + 1) * size
  }
}
