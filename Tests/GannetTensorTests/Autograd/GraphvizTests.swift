import GannetTensor
import TestSupport
import Testing

@Suite struct GraphvizTests {
  /// The network of the book's figure 5.3.1.
  private func loss() -> Tensor {
    let x = Tensor(hash: 1, [1, 3]).requiringGradient().named("x")
    let (w1, w2) = (
      Tensor(hash: 2, [3, 4]).requiringGradient().named("W1"),
      Tensor(hash: 3, [4, 2]).requiringGradient().named("W\"2\"")
    )
    let h = tanh(matmul(x, w1)).named("h")
    let penalty = (w1 * w1).sum() + (w2 * w2).sum()
    return matmul(h, w2).sum() + penalty * 0.5
  }

  @Test func squaresAreVariablesAndCirclesOperators() {
    let text = loss().graphviz()
    #expect(text.hasPrefix("digraph tape {\n  rankdir=LR\n"))
    #expect(text.hasSuffix("}\n"))
    #expect(text.contains("[label=\"x\\n[1, 3]\", shape=box]"))
    #expect(text.contains("[label=\"W\\\"2\\\"\\n[4, 2]\", shape=box]"))
    #expect(text.contains("[label=\"h\\n[1, 4]\", shape=box]"))
    #expect(text.contains("[label=\"result\\n[]\", shape=box]"))
    #expect(text.contains("[label=\"tanh\", shape=ellipse]"))
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.contains("shape=box") } == 5)
    // Each operator has as many edges that end at it as inputs that need a gradient.
    #expect(lines.count { $0.contains("label=\"matmul\"") } == 2)
    #expect(lines.contains { $0.contains("-> o") && $0.contains("[label=\"[1, 4]\"]") })
  }

  @Test func theSameTapeGivesTheSameText() {
    #expect(loss().graphviz() == loss().graphviz())
  }

  @Test func everyNodeOfAnEdgeIsDrawn() {
    let text = loss().graphviz()
    var drawn: Set<Substring> = []
    var used: Set<Substring> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 3, words[1] == "->" {
        used.formUnion([words[0], words[2]])
      } else if line.contains("shape=") {
        drawn.insert(words[0])
      }
    }
    #expect(used == drawn)
  }

  @Test func undrawableTensorsAreNamed() async {
    let constant = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(Tensor(1).graphviz())
    }
    expectMessage(constant, "graphviz: this tensor depends on no variable")
    let freed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let y = (Tensor([1, 2]).requiringGradient() * 2).sum()
      y.backward()
      print(y.graphviz())
    }
    expectMessage(freed, "graphviz: the tape was freed by a backward pass")
  }
}
