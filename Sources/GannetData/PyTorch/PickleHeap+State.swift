extension PickleHeap {
  /// The dictionary of tensors that a file's value is or has, as `PyTorchFile.init` says.
  func stateDictionary(_ root: PickleValue, under key: String?, path: String) throws -> Int {
    guard case .dictionary(let index) = root else {
      throw FileError(
        .unsupported, path: path, "the file holds no dictionary of tensors",
        advice: "In Python, save a dictionary, as a state dictionary is.")
    }
    let inner = dictionaries[index].compactMap { item -> (name: String, index: Int)? in
      guard case (.text(let name), .dictionary(let index)) = item else { return nil }
      return (name, index)
    }
    if let key {
      guard let found = inner.last(where: { $0.name.isExactly(key) }) else {
        throw FileError(
          .missing, path: path, "the file has no dictionary \(key)",
          advice: inner.map(\.name).advice(insteadOf: key))
      }
      return found.index
    }
    if hasTensors(index) { return index }
    let candidates = inner.filter { hasTensors($0.index) }
    guard candidates.count == 1 else {
      let names = candidates.map(\.name).joined(separator: ", ")
      throw FileError(
        .unsupported, path: path,
        candidates.isEmpty
          ? "the file holds no dictionary of tensors"
          : "the file has several dictionaries of tensors: \(names)",
        advice: candidates.isEmpty
          ? "In Python, save a model's state dictionary." : "Say which one with `under:`.")
    }
    return candidates[0].index
  }

  /// The tensors of a dictionary by name, and the keys of what is none.
  func views(
    of dictionary: Int, path: String
  ) throws -> (views: [ExactKey<String>: PyTorchView], others: [String]) {
    var views: [ExactKey<String>: PyTorchView] = [:]
    var others: [String] = []
    for item in dictionaries[dictionary] {
      switch item {
      case (.text(let name), .tensor(let index)):
        guard views.updateValue(tensors[index], forKey: ExactKey(name)) == nil else {
          throw FileError(.corrupt, path: path, "the dictionary has two tensors \(name)")
        }
      case (.text(let name), _): others.append(name)
      case (.integer(let number), _): others.append("\(number)")
      default: others.append("a key that is neither a text nor an integer")
      }
    }
    return (views, others.sortedByScalars())
  }
}
