import GannetTensor

/// A neural network module: a class whose stored properties hold its parameters and parts.
///
/// Properties that are a ``Parameter``, a ``Buffer`` or a `Module`, or arrays, dictionaries,
/// tuples, structures or optionals of them, are found automatically, also in superclasses. A part
/// reached twice counts once, under its first path.
///
///     final class Classifier: Module {
///       let hidden = Linear(784, 256)
///       let output = Linear(256, 10)
///       func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden(x))) }
///     }
///
/// Nothing is cached, so replaced parts are found by the next access. An optimizer holds a
/// snapshot.
public protocol Module: AnyObject {}

/// A module that maps one tensor to another.
public protocol Layer: Module {
  /// Applies the layer to `x`.
  func callAsFunction(_ x: Tensor) -> Tensor
}

/// A module that behaves differently in training and evaluation mode.
public protocol TrainingDependent: Module {
  /// Whether the module is in training mode; initially true.
  var isTraining: Bool { get set }
}

extension Module {
  /// The parameters of this module and its parts, each once, named by their property paths from
  /// here.
  ///
  /// Stops where two parameters or buffers have the same name in the ``stateDictionary``.
  public var parameters: Parameters {
    let found = ModuleWalk(self).parameters
    for (name, parameter) in found { parameter.adopt(name: name.path) }
    return Parameters(found, owner: self)
  }

  /// The buffers of this module and its parts, each once, with their property paths.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    ModuleWalk(self).buffers.map { (name: $0.path, buffer: $1) }
  }

  /// This module and its parts, each once, with their property paths; that of `self` is empty.
  public var namedModules: [(name: String, module: any Module)] {
    ModuleWalk(self).modules.map { (name: $0.path, module: $1) }
  }
}
