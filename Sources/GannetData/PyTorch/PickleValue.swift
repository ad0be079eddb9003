/// A value that a pickle has built.
///
/// Containers are indices into ``PickleHeap``, since they may contain one another, or themselves, to
/// any depth: nothing here is freed or traversed by recursion.
enum PickleValue {
  case none
  case integer(Int)
  case text(String)
  /// A number, a truth value or bytes, of which no tensor is made.
  case scalar
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(PyTorchStorage)
  case tensor(Int)
}

/// A storage that a pickle names: an entry of the archive.
struct PyTorchStorage: Hashable {
  /// The type of its elements; nil for bytes.
  let scalarType: ScalarType?
  let key: String
  /// The number of its elements.
  let count: Int
}

/// The containers and tensors that a pickle has built.
struct PickleHeap {
  typealias Item = (key: PickleValue, value: PickleValue)

  private(set) var sequences: [[PickleValue]] = []
  private(set) var dictionaries: [[Item]] = []
  private(set) var tensors: [PyTorchView] = []

  mutating func tuple(_ values: [PickleValue]) -> PickleValue {
    sequences.append(values)
    return .tuple(sequences.count - 1)
  }

  mutating func list(_ values: [PickleValue]) -> PickleValue {
    sequences.append(values)
    return .list(sequences.count - 1)
  }

  mutating func dictionary(_ items: [Item]) -> PickleValue {
    dictionaries.append(items)
    return .dictionary(dictionaries.count - 1)
  }

  mutating func tensor(_ view: PyTorchView) -> PickleValue {
    tensors.append(view)
    return .tensor(tensors.count - 1)
  }

  mutating func append(_ values: some Sequence<PickleValue>, to list: Int) {
    sequences[list].append(contentsOf: values)
  }

  mutating func append(_ items: some Sequence<Item>, toDictionary index: Int) {
    dictionaries[index].append(contentsOf: items)
  }

  /// Whether a dictionary has a tensor under a text.
  func hasTensors(_ dictionary: Int) -> Bool {
    dictionaries[dictionary].contains { item in
      if case (.text, .tensor) = item { true } else { false }
    }
  }
}
