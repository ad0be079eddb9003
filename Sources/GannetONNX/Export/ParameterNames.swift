#if ONNX
import GannetNN
import GannetTensor

/// The names of a model's parameters and buffers, by the memory of their values.
package struct ParameterNames {
  private struct Place: Hashable {
    let storage: ObjectIdentifier
    let offset: Int
    let shape: Shape
    let strides: Strides

    init(_ tensor: Tensor) {
      storage = ObjectIdentifier(tensor.storage)
      (offset, shape, strides) = (tensor.offset, tensor.shape, tensor.strides)
    }
  }

  /// Keeps the memory of all named values, so that no other tensor gets it.
  private let state: StateDictionary
  private var names: [Place: String] = [:]
  /// The names of whole parameters: a state dictionary may have one in parts, or transposed, and a model
  /// may use a part of one.
  private var wholes: [ObjectIdentifier: String] = [:]

  package init(_ model: some Module) {
    state = model.stateDictionary
    for (name, tensor) in state.sorted(by: { $0.key < $1.key }) {
      names[Place(tensor)] = name
    }
    for parameter in model.parameters {
      wholes[ObjectIdentifier(parameter.value.storage)] =
        names[Place(parameter.value)] ?? parameter.name
    }
  }

  /// The name of `tensor` in the state dictionary, or that of the parameter that it is a part of, with
  /// `.part` behind it; nil for other tensors.
  subscript(tensor: Tensor) -> String? {
    names[Place(tensor)] ?? wholes[ObjectIdentifier(tensor.storage)].map { "\($0).part" }
  }
}
#endif
