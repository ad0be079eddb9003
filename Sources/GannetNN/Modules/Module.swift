import GannetTensor

/// A part of a network: a class whose stored properties hold its parameters and its parts.
///
/// A property that is a ``Parameter``, a ``Buffer`` or a `Module`, or an array, dictionary, tuple,
/// structure or optional of such, is registered by itself, those of superclasses too; one that is reached
/// twice counts once, under its first path.
///
///     final class Classifier: Module {
///       let hidden = Linear(784, 256)
///       let output = Linear(256, 10)
///       func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden(x))) }
///     }
///
/// Nothing is cached: a part that is replaced is seen by the next walk. An optimizer takes a snapshot.
public protocol Module: AnyObject {}

/// A module that takes one tensor and returns one.
public protocol Layer: Module {
  /// The result for `x`.
  func callAsFunction(_ x: Tensor) -> Tensor
}

/// A module that behaves differently while it is trained.
public protocol TrainingDependent: Module {
  /// Whether the module is being trained; starts true.
  var isTraining: Bool { get set }
}

extension Module {
  /// All parameters of the tree, each once, with their property paths from here as names.
  ///
  /// Stops where two parameters or buffers would share a name in the ``stateDictionary``.
  public var parameters: Parameters {
    let found = ModuleWalk(self).parameters
    for (name, parameter) in found { parameter.adopt(name: name.path) }
    return Parameters(found, owner: self)
  }

  /// All buffers of the tree, each once, with their property paths.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    ModuleWalk(self).buffers.map { (name: $0.path, buffer: $1) }
  }

  /// This module and all parts below it, each once, with their property paths; that of `self` is empty.
  public var namedModules: [(name: String, module: any Module)] {
    ModuleWalk(self).modules.map { (name: $0.path, module: $1) }
  }
}
