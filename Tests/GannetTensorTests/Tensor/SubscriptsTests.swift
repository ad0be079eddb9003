import GannetTensor
import TestSupport
import Testing

@Suite struct SubscriptsTests {
  @Test func partsAreRead() {
    let x = Tensor(rangeFrom: 0, to: 24).reshaped(to: [2, 3, 4])
    #expect(x[1].shape == [3, 4])
    #expect(x[1][2].scalars == [20, 21, 22, 23])
    #expect(x[-1][0][1].scalar == 13)
    #expect(x[0..<1].shape == [1, 3, 4])
    #expect(x[1, 2, 3] == 23)
    #expect(x[-1, -1, -1] == 23)
    #expect(x.transposed()[1, 3, 2] == 23)
    #expect(x.transposed(0, 1)[2, 1, 3] == 23)
  }

  @Test func partsAreWritten() {
    var x = Tensor(zeros: [3, 2])
    x[0] = Tensor([1, 2])
    x[-1] = Tensor(5)
    x[1..<2] = Tensor([7])
    x[1, 1] = 9
    #expect(x.scalars == [1, 2, 7, 9, 5, 5])
    x[0] = x[2]
    x[1] += 1
    #expect(x.scalars == [5, 5, 8, 10, 5, 5])
    var vector = Tensor([1, 2, 3])
    vector[1] = Tensor(7)
    vector[2] = Tensor(8)
    #expect(vector[1].scalar == 7)
    #expect(vector.scalars == [1, 7, 8])
  }

  @Test(arguments: MemoryForm.allCases) func everyFormIsWritten(form: MemoryForm) {
    var x = form(Tensor(zeros: [2, 3, 4, 5]))
    x[1] = form(Tensor(hash: 1, [1, 3, 4, 5]))[0]
    x[0, 1, 2, 3] = 7
    var wanted = [Float](repeating: 0, count: 60) + Tensor(hash: 1, [3, 4, 5]).scalars
    wanted[20 + 2 * 5 + 3] = 7
    #expect(x.scalars == wanted)
  }

  @Test func copiesKeepTheirValues() {
    var x = Tensor([1, 2, 3, 4], shape: [2, 2])
    let (copy, view) = (x, x[0])
    x[0] = Tensor([9, 9])
    x[1, 0] = 9
    #expect(copy.scalars == [1, 2, 3, 4])
    #expect(view.scalars == [1, 2])
    #expect(x.scalars == [9, 9, 9, 4])
  }

  @Test func writingIsRecorded() {
    let x = Tensor(hash: 1, [3, 2]).requiringGradient()
    let row = Tensor(hash: 2, [2]).requiringGradient()
    var y = x * 2
    y[1] = row * 3
    y[0, 1] = 4
    let seed = Tensor(hash: 3, [3, 2])
    y.backward(seed: seed)
    var wanted = seed * 2
    wanted[1] = Tensor(0)
    wanted[0, 1] = 0
    expectIdentical(x.gradient!, wanted)
    expectIdentical(row.gradient!, seed[1] * 3)
    expectSecondDerivatives([Tensor(hash: 1, [3, 2]), Tensor(hash: 2, [1])]) {
      var y = pow($0[0], 3)
      y[1..<3] = $0[1] * $0[1]
      return y * y
    }
  }

  @Test func savedValuesStay() {
    let x = Tensor([2, 3]).requiringGradient()
    var y = x * 1
    let product = y * y
    y[0] = Tensor(100)
    product.sum().backward()
    #expect(x.gradient!.scalars == [4, 6])
  }

  @Test func leavesChangeOutsideOfTheTapeAlone() async {
    var x = Tensor([1, 2]).requiringGradient()
    withoutGradients { x[0] = Tensor(5) }
    #expect(x.scalars == [5, 2])
    (x * x).sum().backward()
    #expect(x.gradient!.scalars == [10, 4])
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = Tensor([1, 2]).requiringGradient()
      x[0] = Tensor(5)
    }
    expectMessage(result, "subscript: a leaf can't change in place")
  }

  @Test func mismatchesAreNamed() async {
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3])[2]
    }
    expectMessage(index, "subscript: index 2 is out of range for axis 0 of shape [2, 3]")
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(1)[0]
    }
    expectMessage(scalar, "subscript: shape [], expected an axis to index")
    let indices = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3])[0, 1, 2]
    }
    expectMessage(indices, "subscript: shape [2, 3], expected 3 axes for indices [0, 1, 2]")
    let value = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = Tensor(zeros: [2, 3])
      x[0] = Tensor(zeros: [2])
    }
    expectMessage(value, "subscript: shapes [3] and [2] don't fit")
    let larger = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = Tensor(zeros: [2, 3])
      x[0] = Tensor(zeros: [1, 3])
    }
    expectMessage(larger, "subscript: shapes [3] and [1, 3] don't fit")
  }
}
