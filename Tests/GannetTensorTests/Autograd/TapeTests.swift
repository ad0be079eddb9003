import GannetTensor
import TestSupport
import Testing

@Suite struct TapeTests {
  @Test func gradientsAccumulateUntilCleared() {
    let x = Tensor([1, 2, 3]).requiringGradient()
    #expect(x.gradient == nil)
    (x * 2).sum().backward()
    (x * x).sum().backward()
    #expect(x.gradient!.scalars == [4, 6, 8])
    x.gradient = nil
    #expect(x.gradient == nil)
    (x * 2).sum().backward()
    #expect(x.gradient!.scalars == [2, 2, 2])
    x.gradient = Tensor([1, 1, 1])
    (x * 2).sum().backward()
    #expect(x.gradient!.scalars == [3, 3, 3])
  }

  @Test func aGradientThatWasTakenDoesNotChange() {
    let x = Tensor([1, 2, 3]).requiringGradient()
    (x * 2).sum().backward()
    let taken = x.gradient!
    (x * 2).sum().backward()
    #expect(taken.scalars == [2, 2, 2])
    #expect(x.gradient!.scalars == [4, 4, 4])
  }

  @Test func copiesOfALeafAreTheSameVariable() {
    let x = Tensor([1, 2]).requiringGradient()
    let copy = x
    (x * copy).sum().backward()
    #expect(x.gradient!.scalars == [2, 4])
    #expect(copy.gradient!.scalars == [2, 4])
    copy.gradient = nil
    #expect(x.gradient == nil)
    let other = x.requiringGradient()  // a variable of its own with the same values
    (other * 3).sum().backward()
    #expect(x.gradient == nil)
    #expect(other.gradient!.scalars == [3, 3])
  }

  @Test func nothingIsRecordedWithoutNeed() {
    let x = Tensor([1, 2]).requiringGradient()
    #expect((x * 2).requiresGradient)
    #expect(!(x.detached() * 2).requiresGradient)
    #expect(!Tensor([1, 2]).requiresGradient)
    withoutGradients {
      #expect(!(x * 2).requiresGradient)
      #expect(x.requiresGradient)
      withoutGradients { #expect(!(x * 2).requiresGradient) }
      #expect(!(x * 2).requiresGradient)
    }
    #expect((x * 2).requiresGradient)
    let y = x * 3
    let z = (y.detached() * y).sum()  // only one factor counts
    z.backward()
    #expect(x.gradient!.scalars == [9, 18])
  }

  @Test func recordingIsOffForTheTaskAlone() async {
    @Sendable func isRecorded() -> Bool { (Tensor([1]).requiringGradient() * 2).requiresGradient }
    let (own, child, detached) = withoutGradients {
      (isRecorded(), Task { isRecorded() }, Task.detached { isRecorded() })
    }
    #expect(!own)
    #expect(await !child.value, "a child task is part of its parent")
    #expect(await detached.value)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask {
          if number.isMultiple(of: 2) { return isRecorded() }
          return withoutGradients { !isRecorded() }
        }
      }
      for await right in group { #expect(right) }
    }
  }

  @Test func errorsPutRecordingBack() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withoutGradients { throw Stop() } }
    #expect((Tensor([1]).requiringGradient() * 2).requiresGradient)
  }

  @Test func aKeptTapeGivesTheSameAgain() {
    let x = Tensor(hash: 1, [3, 4]).requiringGradient()
    let weight = Tensor(hash: 2, [5, 4]).requiringGradient()
    let bias = Tensor(hash: 3, [5]).requiringGradient()
    let leaves = [x, weight, bias]
    let hidden = linear(tanh(x) * sigmoid(x), weight: weight, bias: bias, activation: .relu)
    let labels = IntTensor([0, 4, 2])
    let loss =
      crossEntropy(exp(hidden) / (relu(hidden) + 1), labels)
      + matmul(hidden, hidden, transposingB: true).mean()
    loss.backward(keepingTape: true)
    let first = leaves.map { $0.gradient! }
    for leaf in leaves { leaf.gradient = nil }
    loss.backward(keepingTape: true)
    for (leaf, before) in zip(leaves, first) { expectIdentical(leaf.gradient!, before) }
    for leaf in leaves { leaf.gradient = nil }
    loss.backward()
    for (leaf, before) in zip(leaves, first) { expectIdentical(leaf.gradient!, before) }
  }

  @Test func seedsAreUpstreamGradients() {
    let x = Tensor([1, 2, 3]).requiringGradient()
    let y = x * x
    y.backward(seed: Tensor([1, 0, -1]))
    #expect(x.gradient!.scalars == [2, 0, -6])
    x.gradient = nil
    x.backward(seed: Tensor([5, 6, 7]))  // a leaf is its own result
    #expect(x.gradient!.scalars == [5, 6, 7])
    let one = Tensor([3], shape: [1, 1]).requiringGradient()
    (one * one).backward()
    #expect(one.gradient!.scalars == [6])
    #expect(one.gradient!.shape == [1, 1])
  }

  /// A seed that is itself a variable must not tie its tape to the leaf.
  @Test func gradientsAreConstants() {
    let x = Tensor([1, 2]).requiringGradient()
    let seed = Tensor([3, 4]).requiringGradient()
    x.backward(seed: seed)
    (x + 1).backward(seed: seed)
    #expect(!x.gradient!.requiresGradient)
    #expect(x.gradient!.scalars == [6, 8])
    x.gradient = seed * 2
    #expect(!x.gradient!.requiresGradient)
  }

  @Test func pathsThatMeetAreAddedUp() {
    let x = Tensor([1, 2]).requiringGradient()
    let a = x * 2
    let b = a * a
    let c = a + b
    let d = b * c  // d = 4x² (2x + 4x²), d' = 24x² + 64x³
    _ = exp(d)  // leads nowhere
    d.sum().backward()
    #expect(x.gradient!.scalars == [24 + 64, 96 + 512])
  }

  @Test func unusedVariablesGetNothing() {
    let x = Tensor([1, 2]).requiringGradient()
    let unused = Tensor([3, 4]).requiringGradient()
    _ = unused * x
    (x * 2).sum().backward()
    #expect(unused.gradient == nil)
    let found = gradients(of: (x * 2).sum(), withRespectTo: [unused, x])
    #expect(found.map(\.scalars) == [[0, 0], [2, 2]])
  }

  @Test func gradientsOfTensorsOnTheWay() {
    let x = Tensor([1, 2]).requiringGradient()
    let y = x * 3
    let z = (y * y).sum()
    let found = gradients(of: z, withRespectTo: [x, y, z, y], keepingTape: true)
    #expect(found.map(\.scalars) == [[18, 36], [6, 12], [1], [6, 12]])
    #expect(x.gradient == nil)
    #expect(!found[0].requiresGradient)
    let seeded = gradients(of: y, withRespectTo: [x], seed: Tensor([1, 10]))
    #expect(seeded[0].scalars == [3, 30])
    #expect(gradients(of: x, withRespectTo: [x], seed: Tensor([1, 10]))[0].scalars == [1, 10])
    #expect(gradients(of: Tensor(5), withRespectTo: [x])[0].scalars == [0, 0])
  }

  /// Saved tensors are freed with the tape, or with the last result that needs them.
  @Test func savedTensorsAreFreed() {
    weak var saved: Storage?
    var x = Tensor(hash: 1, [4]).requiringGradient()
    do {
      let y = x * 2
      saved = y.storage
      let z = (y * y).sum()
      #expect(saved != nil)
      z.backward(keepingTape: true)
    }
    #expect(saved == nil, "dropping the result")
    do {
      let z: Tensor
      do {
        let y = x * 2
        saved = y.storage
        z = (y * y).sum()
      }
      #expect(saved != nil)
      z.backward()
      #expect(saved == nil, "the way back")
      #expect(z.requiresGradient)
    }
    do {
      var y = x * 2
      saved = y.storage
      y = withoutGradients { y * y }
    }
    #expect(saved == nil, "without recording")
    x = Tensor(0)
  }

  @Test func valuesOfALeafThatChangesAreSaved() {
    var w = Tensor([1, 2]).requiringGradient()
    let loss = (w * w * w).sum()
    withoutGradients { w -= 0.5 * w.detached() }
    #expect(w.scalars == [0.5, 1])
    loss.backward()
    #expect(w.gradient!.scalars == [3, 12])
    w.gradient = nil
    (w * w).sum().backward()
    #expect(w.gradient!.scalars == [1, 2])
  }
}
