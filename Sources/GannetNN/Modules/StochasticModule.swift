import GannetTensor

/// A module with its own random stream, whose position is part of the training state.
public protocol StochasticModule: Module {
  /// The stream of the module's draws.
  var stream: RandomStream { get set }
}

extension Module {
  /// The streams of all stochastic parts, by property path.
  public var randomStreams: [String: RandomStream] {
    Dictionary(
      uniqueKeysWithValues: stochasticParts.map { name, module in
        module.stream.follow()
        return (name, module.stream)
      })
  }

  /// Sets the streams of stochastic parts.
  ///
  /// - Throws: ``StateError`` unless `streams` has exactly the parts' names.
  public func setRandomStreams(_ streams: [String: RandomStream]) throws {
    let parts = stochasticParts
    let names = Set(parts.map(\.name))
    var error = StateError()
    error.missing = names.subtracting(streams.keys).sorted().map { $0 + ".stream" }
    error.unexpected = Set(streams.keys).subtracting(names).sorted().map { $0 + ".stream" }
    guard error == StateError() else { throw error }
    for (name, part) in parts { part.stream = streams[name]! }
  }

  private var stochasticParts: [(name: String, module: any StochasticModule)] {
    var written: [String: String] = [:]
    return ModuleWalk(self).modules.compactMap { name, module in
      guard let module = module as? any StochasticModule else { return nil }
      if let other = written.updateValue(name.written, forKey: name.path) {
        fail("\(type(of: self)): \(other) and \(name.written) share a name; rename a property")
      }
      return (name.path, module)
    }
  }
}
