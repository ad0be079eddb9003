/// The arguments of the probe, `name=value` each.
struct ProbeOptions {
  private let values: [String: String]

  init(_ arguments: some Sequence<String>) {
    values = Dictionary(
      uniqueKeysWithValues: arguments.map { argument in
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts[1])
      })
  }

  subscript(name: String) -> String? { values[name] }

  func number(_ name: String, _ usual: Int) -> Int { values[name].map { Int($0)! } ?? usual }

  func seconds(_ name: String) -> Duration? { values[name].map { .seconds(Int($0)!) } }

  /// An event on a rank after a step, such as `kill=1@5`.
  func event(_ name: String) -> (rank: Int, step: Int)? {
    values[name].map {
      let parts = $0.split(separator: "@").map { Int($0)! }
      return (parts[0], parts[1])
    }
  }
}
