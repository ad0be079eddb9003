extension Tensor {
  /// Names this tensor in drawings of the tape; it must require a gradient.
  public func named(_ name: String) -> Tensor {
    guard let node else { fail("named: \(name) depends on no variable") }
    node.name = name
    return self
  }

  /// The computational graph of this tensor in Graphviz's language: squares for variables and
  /// circles for operators, as in the book's figure 5.3.1.
  ///
  ///     try loss.graphviz().write(toFile: "loss.dot", atomically: true, encoding: .utf8)
  ///     // dot -Tsvg loss.dot > loss.svg
  ///
  /// Variables are the leaves, with their parameters' names, tensors named by ``named(_:)``, and
  /// the result. Edges between operators show the tensor's shape; constants are not drawn. Equal
  /// tapes give equal texts. Draw before ``backward(seed:keepingTape:)``, which frees the tape.
  public func graphviz() -> String {
    guard let node else { fail("graphviz: this tensor depends on no variable") }
    guard !node.isReleased else { fail("graphviz: the tape was freed by a backward pass") }
    return TapeDrawing(of: node).text
  }
}

/// Writer of nodes, numbered in the order of recording, in Graphviz's language.
private struct TapeDrawing {
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var lines: [String] = []

  init(of root: Node) {
    let nodes = Tape.reachable(from: root)
    for (number, node) in nodes.enumerated() { numbers[ObjectIdentifier(node)] = number }
    for (number, node) in nodes.enumerated() {
      if node.isLeaf {
        draw("v\(number)", node.name ?? "", node.shape)
        continue
      }
      lines.append("o\(number) [label=\"\(node.operation)\", shape=ellipse]")
      for case let input? in node.inputs { connect(input, to: "o\(number)") }
      if let name = node.name ?? (node === root ? "result" : nil) {
        draw("v\(number)", name, node.shape)
        lines.append("o\(number) -> v\(number)")
      }
    }
  }

  private mutating func draw(_ identifier: String, _ name: String, _ shape: Shape) {
    let name = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let label = name.isEmpty ? "\(shape)" : "\(name)\\n\(shape)"
    lines.append("\(identifier) [label=\"\(label)\", shape=box]")
  }

  private mutating func connect(_ input: Node, to operation: String) {
    let number = numbers[ObjectIdentifier(input)]!
    if input.isLeaf || input.name != nil {
      lines.append("v\(number) -> \(operation)")
    } else {
      lines.append("o\(number) -> \(operation) [label=\"\(input.shape)\"]")
    }
  }

  var text: String {
    let style = ["rankdir=LR", "node [fontname=\"Helvetica\"]", "edge [fontname=\"Helvetica\"]"]
    return "digraph tape {\n" + (style + lines).map { "  \($0)\n" }.joined() + "}\n"
  }
}
