import GannetTensor
import TestSupport
import Testing

@Suite struct InPlaceTests {
  private struct Operation: Sendable {
    let name: String
    let assign: @Sendable (inout Tensor, Tensor) -> Void
    let assignNumber: @Sendable (inout Tensor, Float) -> Void
    let plain: @Sendable (Tensor, Tensor) -> Tensor
  }

  private static let operations = [
    Operation(
      name: "+=", assign: { $0 += $1 }, assignNumber: { $0 += $1 }, plain: { $0 + $1 }),
    Operation(
      name: "-=", assign: { $0 -= $1 }, assignNumber: { $0 -= $1 }, plain: { $0 - $1 }),
    Operation(
      name: "*=", assign: { $0 *= $1 }, assignNumber: { $0 *= $1 }, plain: { $0 * $1 }),
    Operation(
      name: "/=", assign: { $0 /= $1 }, assignNumber: { $0 /= $1 }, plain: { $0 / $1 }),
  ]

  @Test func valuesAreThoseOfTheOperators() {
    let shapes: [(Shape, Shape)] = [
      ([3, 4, 5], [3, 4, 5]), ([3, 4, 5], [4, 1]), ([3, 4, 5], []), ([2, 3, 4, 5], [3, 1, 1]),
      ([2, 3, 4, 5], [2, 3, 4, 5]), ([0, 3], [3]), ([50_001], [50_001]),
    ]
    for operation in Self.operations {
      for (shapeA, shapeB) in shapes {
        let (a, b) = (Tensor(hash: 1, shapeA), Tensor(hashAwayFromZero: 2, shapeB))
        for form in MemoryForm.allCases {
          var changed = form(a)
          operation.assign(&changed, form(b))
          expectIdentical(changed, operation.plain(a, b), "\(operation.name) \(form)")
          changed = form(a)
          operation.assignNumber(&changed, 1.7)
          expectIdentical(changed, operation.plain(a, Tensor(1.7)), "\(operation.name) \(form)")
        }
      }
    }
  }

  @Test func copiesKeepTheirValues() {
    for operation in Self.operations {
      for form in MemoryForm.allCases {
        let original = form(Tensor(hash: 1, [2, 3, 4, 5]))
        let before = original.scalars
        let view = original.sliced(1..<2, along: 0)
        let viewBefore = view.scalars
        var copy = original
        operation.assign(&copy, Tensor(hash: 2, [2, 3, 4, 5]))
        #expect(copy.scalars != before)
        #expect(original.scalars == before)
        #expect(view.scalars == viewBefore)
        var changedView = view
        operation.assignNumber(&changedView, 3)
        #expect(original.scalars == before)
      }
    }
  }

  @Test func aTensorCombinesWithItself() {
    for operation in Self.operations {
      let a = Tensor(hashAwayFromZero: 1, [4, 4])
      var same = a
      operation.assign(&same, same)
      expectIdentical(same, operation.plain(a, a), operation.name)
      var turned = a
      operation.assign(&turned, turned.transposed())
      expectIdentical(turned, operation.plain(a, a.transposed()), operation.name)
    }
  }

  @Test func onlyUnsharedMemoryIsWrittenTo() {
    for operation in Self.operations {
      var x = Tensor(hash: 1, [3, 4])
      let memory = x.pointer
      operation.assign(&x, Tensor(hash: 2, [3, 4]))
      #expect(x.pointer == memory, "\(operation.name) by the only owner")
      operation.assignNumber(&x, 3)
      #expect(x.pointer == memory, "\(operation.name) a number by the only owner")
      let copy = x
      operation.assignNumber(&x, 3)
      #expect(x.pointer != memory)
      #expect(copy.pointer == memory)
    }
  }

  /// Operations reuse the memory of consumed, unshared operands.
  @Test func consumedOperandsLendTheirMemory() {
    var stream = RandomStream(seed: 1)
    let mask = DropoutMask(count: 12, probability: 0.5, using: &stream)
    func expectReuse(_ name: String, _ change: (inout Tensor) -> Void) {
      var x = Tensor(hash: 1, [3, 4], low: 0.5, high: 2)
      let memory = x.pointer
      change(&x)
      #expect(x.pointer == memory, "\(name)")
      let shared = x
      change(&x)
      #expect(x.pointer != memory, "\(name) of a tensor that has another owner")
      #expect(shared.pointer == memory)
    }
    expectReuse("+") { $0 = $0.take() + Tensor(2) }
    expectReuse("-") { $0 = $0.take() - Tensor(2) }
    expectReuse("*") { $0 = $0.take() * Tensor(2) }
    expectReuse("/") { $0 = $0.take() / Tensor(2) }
    expectReuse("+ number") { $0 = $0.take() + 2 }
    expectReuse("number -") { $0 = 2 - $0.take() }
    expectReuse("* number") { $0 = $0.take() * 2 }
    expectReuse("/ number") { $0 = $0.take() / 2 }
    expectReuse("negate") { $0 = -$0.take() }
    expectReuse("exp") { $0 = exp($0.take()) }
    expectReuse("sqrt") { $0 = sqrt($0.take()) }
    expectReuse("tanh") { $0 = tanh($0.take()) }
    expectReuse("sigmoid") { $0 = sigmoid($0.take()) }
    expectReuse("relu") { $0 = relu($0.take()) }
    expectReuse("dropout") { $0 = dropout($0.take(), mask: mask) }
    expectReuse("a chain") { $0 = relu($0.take() * 2 + 1) / 3 }
  }

  @Test func savedValuesSurvive() {
    let x = Tensor(hash: 1, [5], low: 0.5, high: 2).requiringGradient()
    for operation in Self.operations {
      // z = t², where t has meanwhile become something else.
      x.gradient = nil
      var t = x * 3
      let z = (t * t).sum()
      operation.assignNumber(&t, 7)
      z.backward()
      expectClose(x.gradient!, 18 * x.detached())
    }
  }

  @Test func inPlaceResultsHaveGradients() {
    for operation in Self.operations {
      let inputs = [Tensor(hash: 1, [3, 4]), Tensor(hash: 2, [4], low: 0.5, high: 2.5)]
      expectGradients(inputs) { inputs in
        var y = inputs[0] * 2
        operation.assign(&y, inputs[1])
        operation.assignNumber(&y, 1.5)
        return y * y
      }
    }
  }

  @Test func leavesChangeWithoutGradientsAndStayThemselves() {
    for operation in Self.operations {
      var w = Tensor(hash: 1, [3, 4], low: 0.5, high: 2).requiringGradient()
      let before = w.detached()
      let other = w
      let loss = (w * w).sum()
      withoutGradients { operation.assign(&w, Tensor(repeating: 3, shape: [3, 4])) }
      expectIdentical(w, operation.plain(before, Tensor(3)), operation.name)
      expectIdentical(other, before, "copies of a leaf keep their values")
      loss.backward()
      expectClose(w.gradient!, 2 * before)
      w.gradient = nil
      (w * 2).sum().backward()
      expectClose(w.gradient!, Tensor(repeating: 2, shape: [3, 4]))
      expectClose(other.gradient!, Tensor(repeating: 2, shape: [3, 4]))
    }
  }
}
