import GannetTensor

/// The error of a state dictionary that does not match a module or an optimizer.
///
/// Its description has the file, where the state is from one, and of each kind of fault the first
/// four and how many more there are; the properties have all.
public struct StateError: Error, Equatable, CustomStringConvertible {
  /// The path of the file that the state is from, if it is from one.
  public var path: String?
  /// Required names that the state lacks.
  public var missing: [String] = []
  /// Names in the state that are unknown.
  public var unexpected: [String] = []
  /// Names of tensors of another shape, with the required shape and the state's.
  public var mismatched: [String] = []
  /// Names with invalid values.
  public var impossible: [String] = []
  /// The shapes of missing and of unexpected tensors by name.
  package var shapes: [String: Shape] = [:]

  package init(impossible: [String] = []) { self.impossible = impossible }

  public var description: String {
    func withShape(_ name: String) -> String { shapes[name].map { "\(name) \($0)" } ?? name }
    let faults = [
      ("missing", missing.map(withShape)), ("unexpected", unexpected.map(withShape)),
      ("of another shape", mismatched), ("impossible", impossible),
    ]
    let parts = faults.filter { !$1.isEmpty }.map { "\($0) \($1.shortList)" }
    let place = path.map { $0 + ": " } ?? ""
    return "\(place)the state does not fit: \(parts.joined(separator: "; "))"
  }
}

extension StateError {
  /// Runs `body`, which loads the state in a file; a `StateError` that it throws names the file.
  package static func naming<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch var error as StateError {
      error.path = path
      throw error
    }
  }
}
