import GannetTensor

/// What a network does to an input, step by step, as a table that a person can read.
///
///     print(LeNet().summary(input: [1, 1, 28, 28]))
///
/// A step is what the library computes in one pass, such as a convolution with the activation behind it.
public struct Summary: Sendable {
  /// One step.
  public struct Row: Sendable {
    /// The path of the module whose parameters it uses; empty where there are none.
    public let layer: String
    /// The operation's name.
    public let operation: String
    /// The shape of its result.
    public let outputShape: Shape
    /// How many numbers its parameters hold; those that an earlier step uses too count there.
    public let parameterCount: Int
    /// The products of an input and a weight that it adds up.
    public let multiplyAdds: Int
  }

  /// The steps, in the order of computation.
  public let rows: [Row]

  /// All steps that led to `output`, which must depend on a variable.
  public init(of output: Tensor) { self.init(of: output, \.name) }

  /// The same, with the parameters' names as `name` gives them.
  init(of output: Tensor, _ name: (Node) -> String?) {
    guard let node = output.node else { fail("Summary: this tensor depends on no variable") }
    var seen: Set<ObjectIdentifier> = []
    rows = Tape.reachable(from: node).filter { !$0.isLeaf }.map { node in
      let fresh = node.parameters.filter { seen.insert(ObjectIdentifier($0)).inserted }
      return Row(
        layer: node.layerPath(namedBy: name) ?? "", operation: "\(node.operation)",
        outputShape: node.shape,
        parameterCount: fresh.reduce(0) { $0 + $1.shape.elementCount },
        multiplyAdds: node.multiplyAdds)
    }
  }

  /// The numbers that the parameters of all steps hold.
  public var parameterCount: Int { rows.reduce(0) { $0 + $1.parameterCount } }

  /// The multiply-adds of all steps.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
}

extension Summary: CustomStringConvertible {
  public var description: String {
    var table = TextTable(
      "layer", "operation", "output", right: "parameters", "multiply-adds")
    for row in rows {
      table.append([
        row.layer, row.operation, "\(row.outputShape)", grouped(row.parameterCount),
        grouped(row.multiplyAdds),
      ])
    }
    table.append(["total", "", "", grouped(parameterCount), grouped(multiplyAdds)])
    return table.plain()
  }

  /// `number` with a comma between thousands; nothing for 0.
  private func grouped(_ number: Int) -> String {
    guard number > 0 else { return "" }
    var digits = Array("\(number)")
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}

extension Layer {
  /// What the network does to zeros of the shape `input`, in prediction mode.
  public func summary(input: Shape) -> Summary {
    let parameters = self.parameters
    let names = Dictionary(
      uniqueKeysWithValues: parameters.elements.map {
        (ObjectIdentifier($0.parameter.node), $0.name.path)
      })
    let frozen = parameters.filter(\.isFrozen)
    for parameter in frozen { parameter.isFrozen = false }  // so that they are on the tape
    defer { for parameter in frozen { parameter.isFrozen = true } }
    return evaluating {
      Recording.$isOn.withValue(true) {
        Summary(of: self(Tensor(zeros: input).requiringGradient())) {
          names[ObjectIdentifier($0)] ?? $0.name
        }
      }
    }
  }
}
