import GannetTensor

/// A tensor in a file, which is read when it is asked for.
protocol StoredTensor {
  /// Reads the tensor; `name` denotes it in errors.
  func read<Values: BatchTensor>(as name: String) throws -> Values
  where Values.Scalar: FileScalar
}

/// The tensors of a file by name, whatever its format. Names are compared by Unicode scalars.
struct TensorTable<Stored: StoredTensor> {
  let tensors: [ExactKey<String>: Stored]
  let path: String
  private let kind: Kind

  /// The words of a format in errors.
  struct Kind {
    /// The file and a tensor: "archive", "array".
    let container: String, element: String
    /// The public type that reads the tensors one by one.
    let reader: String
  }

  /// Makes a table of the tensors of the file at `path`.
  init(_ tensors: [ExactKey<String>: Stored], path: String, _ kind: Kind) {
    (self.tensors, self.path, self.kind) = (tensors, path, kind)
  }

  /// The names, sorted.
  var names: [String] { tensors.keys.map(\.value).sortedByScalars() }

  /// The tensor of a name, or nil where there is none.
  subscript(name: String) -> Stored? { tensors[ExactKey(name)] }

  /// Reads a tensor; the error for a name that there is not has those that there are.
  func read<Values: BatchTensor>(_ name: String) throws -> Values
  where Values.Scalar: FileScalar {
    guard let tensor = self[name] else {
      throw FileError(
        .missing, path: path, "the \(kind.container) has no \(kind.element) \(name)",
        advice: names.advice(insteadOf: name))
    }
    return try tensor.read(as: name)
  }

  /// All tensors; throws where two names are equal as Swift strings.
  func all() throws -> [String: Tensor] { try all { try read($0) } }

  /// The results of `value` by name; throws where two names are equal as Swift strings.
  func all(_ value: (String) throws -> Tensor) throws -> [String: Tensor] {
    var all: [String: Tensor] = [:]
    for name in names {
      guard try all.updateValue(value(name), forKey: name) == nil else {
        throw FileError(
          .unsupported, path: path,
          "two names read \(name), in other Unicode scalars, and are one key of a dictionary",
          advice: "Read them one by one with \(kind.reader).")
      }
    }
    return all
  }
}
