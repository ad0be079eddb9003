extension PickleHeap {
  /// The result of a call: the value of `function`, a global, with a tuple of arguments.
  mutating func call(
    _ function: PickleValue, with arguments: PickleValue, _ reader: PickleReader
  ) throws -> PickleValue {
    guard case .global(let global) = function, case .tuple(let index) = arguments else {
      throw reader.fault("a call of no function")
    }
    let arguments = sequences[index]
    switch global {
    case .orderedDict where arguments.isEmpty: return dictionary([])
    case .size where arguments.count == 1:
      if case .tuple = arguments[0] { return arguments[0] }
    case .rebuildParameter where arguments.count == 3:
      if case .tensor = arguments[0] { return arguments[0] }
    case .rebuildTensor where (6...7).contains(arguments.count):
      return try tensor(arguments, metadata: arguments.dropFirst(6).first, type: nil, reader)
    case .rebuildTypedTensor where (7...8).contains(arguments.count):
      if case .global(.type(let type)) = arguments[6] {
        return try tensor(arguments, metadata: arguments.dropFirst(7).first, type: type, reader)
      }
    default: break
    }
    throw reader.fault("a call with arguments that do not fit")
  }

  /// A tensor from its storage, offset, sizes and strides, the first four arguments.
  private mutating func tensor(
    _ arguments: [PickleValue], metadata: PickleValue?, type: ScalarType?, _ reader: PickleReader
  ) throws -> PickleValue {
    switch metadata {
    case nil, .none?: break
    // PyTorch's bits for a lazy negation or conjugation.
    default:
      throw FileError(
        .unsupported, path: reader.path, "a tensor of its pickle is negated or conjugated lazily",
        advice: "In Python, save tensor.resolve_neg().")
    }
    guard case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3]),
      let scalarType = type ?? storage.scalarType, type == nil || storage.scalarType == nil,
      let view = PyTorchView(
        scalarType: scalarType, key: storage.key,
        storageCount: storage.scalarType == nil ? storage.count / scalarType.size : storage.count,
        offset: offset, shape: shape, strides: strides)
    else {
      throw reader.fault("a tensor that its storage does not hold")
    }
    return tensor(view)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value else { return nil }
    var result: [Int] = []
    for element in sequences[index] {
      guard case .integer(let integer) = element else { return nil }
      result.append(integer)
    }
    return result
  }
}
