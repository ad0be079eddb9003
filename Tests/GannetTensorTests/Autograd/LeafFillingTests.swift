import GannetTensor
import TestSupport
import Testing

/// A backward pass hands a leaf over when its gradient is complete.
@Suite("Leaves in a backward pass")
struct LeafFillingTests {
  /// The names of the leaves in the order in which they are filled, with the leaves that have a
  /// gradient then.
  private func filling(_ leaves: [(String, Tensor)], _ loss: Tensor) -> [String] {
    var order: [String] = []
    loss.backward { node in
      let name = leaves.first { $0.1.node === node }?.0 ?? "unknown"
      let filled = leaves.filter { $0.1.gradient != nil }.map(\.0)
      order.append("\(name): \(filled.joined(separator: " "))")
    }
    return order
  }

  @Test("the last layer's weight is filled before the pass reaches the first one's")
  func inOrder() {
    let a = Tensor(hash: 1, [3, 3]).requiringGradient()
    let b = Tensor(hash: 2, [3, 3]).requiringGradient()
    let x = Tensor(hash: 3, [2, 3])
    let loss = matmul(tanh(matmul(x, a)), b).sum()
    #expect(filling([("a", a), ("b", b)], loss) == ["b: b", "a: a b"])
  }

  @Test("a weight that is used twice is filled once, by its last use, with the whole gradient")
  func shared() {
    let a = Tensor(hash: 1, [3, 3]).requiringGradient()
    let b = Tensor(hash: 2, [3, 3]).requiringGradient()
    let x = Tensor(hash: 3, [2, 3])
    func loss() -> Tensor { matmul(tanh(matmul(tanh(matmul(x, a)), b)), a).sum() }
    #expect(filling([("a", a), ("b", b)], loss()) == ["b: b", "a: a b"])
    let (first, second) = (a.gradient!, b.gradient!)
    a.gradient = nil
    b.gradient = nil
    loss().backward()
    expectIdentical(first, a.gradient!)
    expectIdentical(second, b.gradient!)
  }

  @Test("a leaf whose steps have no gradient for it is filled without one, and rows at once")
  func without() {
    let a = Tensor(hash: 1, [3, 3]).requiringGradient()
    let table = Tensor(hash: 2, [5, 3]).requiringGradient()
    let constant = Tensor.operation("constant", inputs: [a]) {
      $0[0] * 1
    } backward: { _, _, _ in
      [nil]
    }
    let rows = table.rows(at: IntTensor([1, 1, 4]))
    let loss = (matmul(rows, Tensor(hash: 3, [3, 3])) + constant).sum()
    let order = filling([("a", a), ("table", table)], loss)
    #expect(order == ["table: table", "a: table"])
  }

  @Test("a loss that is a leaf is filled itself")
  func root() {
    let a = Tensor(2).requiringGradient()
    #expect(filling([("a", a)], a) == ["a: a"])
  }
}
