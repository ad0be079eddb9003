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
  /// All parameters of the tree, each once, with their property paths as names.
  public var parameters: Parameters {
    let found = ModuleWalk(self).parameters
    for (path, parameter) in found where parameter.name != path { parameter.name = path }
    return Parameters(elements: found.map(\.parameter), owner: self)
  }

  /// All buffers of the tree, each once, with their property paths.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    ModuleWalk(self).buffers.map { (name: $0, buffer: $1) }
  }

  /// This module and all parts below it, each once, with their property paths; that of `self` is empty.
  public var namedModules: [(name: String, module: any Module)] {
    ModuleWalk(self).modules.map { (name: $0, module: $1) }
  }

  /// Switches the tree to training: dropout drops, batch norm uses the batch.
  public func train() { setTraining(true) }

  /// Switches the tree to prediction.
  public func eval() { setTraining(false) }

  private func setTraining(_ isTraining: Bool) {
    for case (_, let module as TrainingDependent) in ModuleWalk(self).modules {
      module.isTraining = isTraining
    }
  }

  /// Runs `body` in training mode, then puts every part back into its mode.
  public func training<Result>(_ body: () throws -> Result) rethrows -> Result {
    try inMode(isTraining: true, body)
  }

  /// Runs `body` in prediction mode and without gradients, then puts every part back into its mode.
  public func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
    try inMode(isTraining: false) { try withoutGradients(body) }
  }

  private func inMode<Result>(isTraining: Bool, _ body: () throws -> Result) rethrows -> Result {
    let parts = ModuleWalk(self).modules.compactMap { $0.module as? any TrainingDependent }
    let before = parts.map(\.isTraining)
    for part in parts { part.isTraining = isTraining }
    defer { for (part, isTraining) in zip(parts, before) { part.isTraining = isTraining } }
    return try body()
  }

  /// Makes the parameters whose names match `pattern` constants, or all of them.
  ///
  /// - Parameter pattern: A name in which `*` stands for any text: `features.*`.
  public func freeze(_ pattern: String = "*") { setFrozen(true, pattern) }

  /// Makes the parameters whose names match `pattern` trainable again, or all of them.
  public func unfreeze(_ pattern: String = "*") { setFrozen(false, pattern) }

  private func setFrozen(_ isFrozen: Bool, _ pattern: String) {
    let matching = parameters.matching(pattern)
    guard !matching.isEmpty else { fail("freeze: no parameter is named \(pattern)") }
    for parameter in matching { parameter.isFrozen = isFrozen }
  }
}

/// A module whose parts are named without the property that holds them: `0`, not `layers.0`.
package protocol PathTransparent: Module {}

/// One walk through a tree of modules by reflection.
struct ModuleWalk {
  private(set) var parameters: [(path: String, parameter: Parameter)] = []
  private(set) var buffers: [(path: String, buffer: Buffer)] = []
  private(set) var modules: [(path: String, module: any Module)] = []
  private var seen: Set<ObjectIdentifier> = []

  init(_ root: any Module) { visit(module: root, path: "") }

  private mutating func visit(module: any Module, path: String) {
    guard seen.insert(ObjectIdentifier(module)).inserted else { return }
    modules.append((path, module))
    var mirrors = [Mirror(reflecting: module)]
    while let parent = mirrors.last?.superclassMirror { mirrors.append(parent) }
    for mirror in mirrors.reversed() {
      for child in mirror.children {
        let label = module is any PathTransparent ? nil : child.label.map(propertyName)
        visit(child.value, path: path, label: label)
      }
    }
  }

  private mutating func visit(_ value: Any, path: String, label: String?) {
    let own = label.map { path.isEmpty ? $0 : path + "." + $0 } ?? path
    switch value {
    case let parameter as Parameter:
      if seen.insert(ObjectIdentifier(parameter)).inserted { parameters.append((own, parameter)) }
    case let buffer as Buffer:
      if seen.insert(ObjectIdentifier(buffer)).inserted { buffers.append((own, buffer)) }
    case let module as any Module: visit(module: module, path: own)
    case is Tensor, is IntTensor, is RandomStream: break
    default: visitParts(of: value, path: own)
    }
  }

  private mutating func visitParts(of value: Any, path: String) {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for child in mirror.children { visit(child.value, path: path, label: nil) }
    case .collection, .set:
      for (index, child) in mirror.children.enumerated() {
        visit(child.value, path: path, label: String(index))
      }
    case .dictionary:
      let entries = mirror.children.map { entry in
        let pair = Array(Mirror(reflecting: entry.value).children)
        return (key: "\(pair[0].value)", value: pair[1].value)
      }
      for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
        visit(value, path: path, label: key)
      }
    case .tuple, .struct, .enum:
      for child in mirror.children {
        visit(child.value, path: path, label: child.label.map(propertyName))
      }
    default: break
    }
  }

  /// The name in the source: reflection shows `lazy` properties and wrapped ones by their storage,
  /// and the elements of a tuple as `.0`.
  private func propertyName(_ label: String) -> String {
    let prefix = "$__lazy_storage_$_"
    if label.hasPrefix(prefix) { return String(label.dropFirst(prefix.count)) }
    return label.hasPrefix("_") || label.hasPrefix(".") ? String(label.dropFirst()) : label
  }
}
