import GannetTensor

/// A module that consists of parts, which it names itself.
package protocol KeyedParts: Module {
  var keyedParts: [(key: String, part: any Module)] { get }
}

/// A walk through a tree of modules by reflection, with the names of its parts.
struct ModuleWalk {
  private(set) var parameters: [(name: PartName, parameter: Parameter)] = []
  private(set) var buffers: [(name: PartName, buffer: Buffer)] = []
  private(set) var modules: [(name: PartName, module: any Module)] = []
  /// Further names of parameters and buffers that are reached several times.
  private(set) var aliases: [ObjectIdentifier: [PartName]] = [:]

  private let root: any Module
  private let findsAliases: Bool
  private var seen: Set<ObjectIdentifier> = []
  /// The modules on the path from the root, to stop at cycles.
  private var ancestors: Set<ObjectIdentifier> = []
  private var owners: [String: (part: ObjectIdentifier, name: PartName)] = [:]

  /// Walks from `root`; stops where two parameters or buffers have the same name.
  ///
  /// - Parameter findsAliases: Whether to visit parts that are reached again for their other names.
  init(_ root: any Module, findsAliases: Bool = false) {
    self.root = root
    self.findsAliases = findsAliases
    visit(module: root, PartName())
  }

  /// The parts that have a mode.
  var modal: [(name: PartName, part: any TrainingDependent)] {
    modules.compactMap { name, module in
      (module as? any TrainingDependent).map { (name, $0) }
    }
  }

  private mutating func visit(module: any Module, _ name: PartName) {
    let identity = ObjectIdentifier(module)
    if seen.insert(identity).inserted {
      modules.append((name, module))
    } else if !findsAliases || ancestors.contains(identity) {
      return
    }
    ancestors.insert(identity)
    defer { ancestors.remove(identity) }
    if let keyed = module as? any KeyedParts {
      for (key, part) in keyed.keyedParts { visit(module: part, name.appending(key: key)) }
      return
    }
    var mirrors = [Mirror(reflecting: module)]
    while let parent = mirrors.last?.superclassMirror { mirrors.append(parent) }
    let children = mirrors.reversed().flatMap { Array($0.children) }
    let stated = statedNames(of: module, children)
    for (label, value) in children {
      guard let label else {
        visit(value, name)
        continue
      }
      visit(value, name.appending(property: label, statedNames: stated))
    }
  }

  private func statedNames(
    of module: any Module, _ children: [Mirror.Child]
  ) -> [String: String] {
    let ofType = (module as? any NamedParts).map { type(of: $0).partNames }
    let ofInstance = (module as? any NamedPartsOfInstance)?.partNames
    guard let stated = ofInstance ?? ofType, !stated.isEmpty else { return [:] }
    let properties = children.compactMap { $0.label.map(PartName.inSource) }
    for name in stated.keys.sorted()
    where !properties.contains(name) && !properties.contains("_" + name) {
      fail("\(type(of: module)).partNames: no property is named \(name)")
    }
    return stated
  }

  private mutating func visit(_ value: Any, _ name: PartName) {
    switch value {
    case let parameter as Parameter:
      if isFirst(parameter, name) { parameters.append((name, parameter)) }
    case let buffer as Buffer:
      if isFirst(buffer, name) { buffers.append((name, buffer)) }
    case let module as any Module: visit(module: module, name)
    case is Tensor, is IntTensor, is RandomStream: break
    default: visitParts(of: value, name)
    }
  }

  /// Whether a parameter or buffer is reached for the first time.
  private mutating func isFirst(_ part: AnyObject, _ name: PartName) -> Bool {
    let identity = ObjectIdentifier(part)
    let isFirst = seen.insert(identity).inserted
    guard isFirst || findsAliases else { return false }
    if let owner = owners[name.stateName] {
      guard owner.part == identity else {
        fail(
          "\(type(of: root)): \(owner.name.written) and \(name.written) would both be named "
            + "\(name.stateName) in a state dictionary; rename a property, or state names "
            + "by NamedParts")
      }
      return false
    }
    owners[name.stateName] = (identity, name)
    if !isFirst { aliases[identity, default: []].append(name) }
    return isFirst
  }

  private mutating func visitParts(of value: Any, _ name: PartName) {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for child in mirror.children { visit(child.value, name) }
    case .collection:
      for (index, child) in mirror.children.enumerated() {
        visit(child.value, name.appending(key: String(index)))
      }
    case .set:
      let before = parameters.count + buffers.count + modules.count
      for (index, child) in mirror.children.enumerated() {
        visit(child.value, name.appending(key: String(index)))
      }
      guard parameters.count + buffers.count + modules.count == before else {
        fail("\(type(of: root)): the parts in the set \(name.written) have no order for names")
      }
    case .dictionary:
      let entries = mirror.children.map { entry in
        let pair = Array(Mirror(reflecting: entry.value).children)
        return (key: "\(pair[0].value)", value: pair[1].value)
      }
      for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
        visit(value, name.appending(key: key))
      }
    case .tuple, .struct, .enum:
      for child in mirror.children {
        visit(child.value, child.label.map { name.appending(property: $0) } ?? name)
      }
    default: break
    }
  }
}
