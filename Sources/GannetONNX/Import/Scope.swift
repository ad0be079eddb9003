#if ONNX
import GannetTensor

/// The values of a graph while it runs, and those of the graphs around it.
final class Scope {
  private var values: [String: GraphValue]
  private let outer: (String) -> GraphValue?

  /// Makes a scope of a graph's inputs and constants, beside the values that `outer` finds by name.
  init(_ values: [String: GraphValue], outer: @escaping (String) -> GraphValue?) {
    (self.values, self.outer) = (values, outer)
  }

  subscript(name: String) -> GraphValue? {
    get { values[name] ?? outer(name) }
    set { values[name] = newValue }
  }
}
#endif
