import GannetTensor

/// A summary of a network's steps for an input, as a readable table.
///
///     print(LeNet().summary(input: [1, 1, 28, 28]))
///
/// A step is an operation of the tape, such as a convolution fused with its activation.
public struct Summary: Sendable {
  /// A step of the network.
  public struct Row: Sendable {
    /// The path of the module whose parameters it uses; empty without parameters.
    public let layer: String
    /// The operation's name.
    public let operation: String
    /// The shape of its result.
    public let outputShape: Shape
    /// The number of elements in its parameters, without those of earlier steps.
    public let parameterCount: Int
    /// The number of multiply-adds of inputs and weights.
    public let multiplyAdds: Int
  }

  /// The steps, in the order of computation.
  public let rows: [Row]

  /// Makes a summary of the steps that led to `output`, which must require a gradient.
  public init(of output: Tensor) { self.init(of: output, \.name) }

  /// Makes a summary with parameters' names from `name`.
  init(of output: Tensor, _ name: (Node) -> String?) {
    guard let node = output.node else { fail("Summary: this tensor depends on no variable") }
    var seen: Set<ObjectIdentifier> = []
    rows = Tape.reachable(from: node).filter { !$0.isLeaf }.map { node in
      let fresh = node.parameters.filter { seen.insert(ObjectIdentifier($0)).inserted }
      return Row(
        layer: node.layerPath(namedBy: name) ?? "", operation: "\(node.operation)",
        outputShape: node.shape,
        parameterCount: fresh.reduce(0) { $0 + $1.shape.elementCount },
        multiplyAdds: node.multiplyAdds.forward)
    }
  }

  /// The number of elements in the parameters of all steps.
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
  /// The summary for zeros of the shape `input`, in evaluation mode.
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
