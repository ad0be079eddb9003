/// The error of a state dictionary that does not match a module or an optimizer.
public struct StateError: Error, Equatable, CustomStringConvertible {
  /// Required names that the state lacks.
  public var missing: [String] = []
  /// Names in the state that are unknown.
  public var unexpected: [String] = []
  /// Names of tensors of another shape, with the required shape and the state's.
  public var mismatched: [String] = []
  /// Names with invalid values.
  public var impossible: [String] = []

  package init(impossible: [String] = []) { self.impossible = impossible }

  public var description: String {
    let parts = [
      missing.isEmpty ? nil : "missing " + missing.joined(separator: ", "),
      unexpected.isEmpty ? nil : "unexpected " + unexpected.joined(separator: ", "),
      mismatched.isEmpty ? nil : "of another shape " + mismatched.joined(separator: ", "),
      impossible.isEmpty ? nil : "impossible " + impossible.joined(separator: ", "),
    ]
    return "the state does not fit: " + parts.compactMap { $0 }.joined(separator: "; ")
  }
}
