import GannetTensor
import TestSupport
import Testing

@Suite struct ViewTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("views")
    fixture.check("reshape", tolerance: 0) { $0[0].reshaped(to: [6, 10]) }
    fixture.check("reshape", tolerance: 0) { $0[0].reshaped(to: [6, -1]) }
    fixture.check("reshape_transposed", tolerance: 0) { $0[0].transposed().reshaped(to: [3, 8]) }
    fixture.check("flatten", tolerance: 0) { $0[0].flattened(from: 1) }
    fixture.check("flatten", tolerance: 0) { $0[0].flattened(from: -3) }
    fixture.check("transpose", tolerance: 0) { $0[0].transposed() }
    fixture.check("transpose_0_2", tolerance: 0) { $0[0].transposed(0, 2) }
    fixture.check("permute", tolerance: 0) { $0[0].permuted([2, 0, 1]) }
    fixture.check("permute_nhwc", tolerance: 0) { $0[0].permuted([0, 2, 3, 1]) }
    fixture.check("permute_nhwc", tolerance: 0) { $0[0].permuted([0, -2, -1, 1]) }
    fixture.check("squeeze", tolerance: 0) { $0[0].squeezed(at: 1) }
    fixture.check("unsqueeze", tolerance: 0) { $0[0].unsqueezed(at: 1) }
    fixture.check("unsqueeze", tolerance: 0) { $0[0].unsqueezed(at: -2) }
    fixture.check("select", tolerance: 0) { $0[0][1] }
    fixture.check("select", tolerance: 0) { $0[0][-2] }
    fixture.check("slice_0", tolerance: 0) { $0[0][1..<4] }
    fixture.check("slice_1", tolerance: 0) { $0[0].sliced(2..<5, along: 1) }
    fixture.check("slice_2", tolerance: 0) { $0[0].sliced(0..<2, along: -1) }
    fixture.check("slice_both", tolerance: 0) { $0[0][1..<4].sliced(2..<6, along: 1) }
    fixture.check("slice_channels", tolerance: 0) { $0[0].sliced(2..<5, along: 1) }
  }

  @Test func viewsKeepElementsInEveryForm() {
    let x = Tensor(hash: 1, [2, 6, 3, 4])
    let values = x.scalars
    func at(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Float {
      values[((n * 6 + c) * 3 + h) * 4 + w]
    }
    for form in MemoryForm.allCases {
      let y = form(x)
      #expect(y.scalars == values, "\(form)")
      #expect(y.reshaped(to: [12, 12]).scalars == values, "\(form)")
      let turned = y.permuted([3, 1, 0, 2])
      #expect(turned.shape == [4, 6, 2, 3])
      #expect(turned[2][5][1].scalars == (0..<3).map { at(1, 5, $0, 2) }, "\(form)")
      let part = y.sliced(1..<3, along: 2).sliced(2..<5, along: 1).sliced(1..<2, along: 0)
      #expect(part.shape == [1, 3, 2, 4])
      let expected = (2..<5).flatMap { c in (1..<3).flatMap { h in (0..<4).map { at(1, c, h, $0) } }
      }
      #expect(part.scalars == expected, "\(form)")
      #expect(part.squeezed(at: 0).unsqueezed(at: 2).shape == [3, 2, 1, 4])
      #expect(part.squeezed(at: 0).unsqueezed(at: 2).scalars == part.scalars, "\(form)")
    }
  }

  @Test func viewsShareMemoryAndCopiesDoNot() {
    let x = Tensor(hash: 1, [4, 6])
    for view in [
      x.transposed(), x.reshaped(to: [3, 8]), x[1], x[1..<3], x.sliced(2..<4, along: 1),
      x.unsqueezed(at: 0), x.flattened(), x.contiguous(),
    ] {
      #expect(view.storage === x.storage)
    }
    #expect(x.transposed().contiguous().storage !== x.storage)
    #expect(x.transposed().reshaped(to: [24]).storage !== x.storage)
    expectIdentical(x.transposed().transposed(), x)
    #expect(x[1..<3].isContiguous)
    #expect(!x.transposed().isContiguous)
    #expect(!x.sliced(2..<4, along: 1).isContiguous)
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let x = Tensor(hash: 1, [2, 3, 1, 4])
    expectGradients([x]) { $0[0].reshaped(to: [4, 6]) }
    expectGradients([x]) { $0[0].permuted([3, 1, 0, 2]) }
    expectGradients([x]) { $0[0].transposed() }
    expectGradients([x]) { $0[0].sliced(1..<3, along: 1) }
    expectGradients([x]) { $0[0].sliced(2..<2, along: 3) }
    expectGradients([x]) { $0[0][1] }
    expectGradients([x]) { $0[0].squeezed(at: 2) }
    expectGradients([x]) { $0[0].unsqueezed(at: 4) }
    expectGradients([x]) { $0[0].flattened(from: 2) }
    expectGradients([x]) { $0[0].channelsLast().sliced(1..<3, along: 1).contiguous() }
    expectGradients([x]) { $0[0].sliced(0..<2, along: 1) * $0[0].sliced(1..<3, along: 1) }
  }

  @Test func emptyAndScalarShapes() {
    let empty = Tensor(zeros: [2, 0, 3])
    #expect(empty.reshaped(to: [0, 6]).shape == [0, 6])
    #expect(empty.reshaped(to: [3, -1]).shape == [3, 0])
    #expect(empty.transposed(0, 1).contiguous().shape == [0, 2, 3])
    #expect(empty.flattened(from: 1).shape == [2, 0])
    #expect(empty[1].shape == [0, 3])
    #expect(Tensor(7).flattened().shape == [1])
    #expect(Tensor(7).reshaped(to: [1, 1]).scalar == 7)
    #expect(Tensor(7).unsqueezed(at: 0).squeezed(at: 0).shape == [])
    #expect(Tensor(hash: 1, [3])[1..<1].shape == [0])
    #expect(Tensor([1, 2, 3])[2].scalar == 3)
  }

  @Test func eightAxes() {
    let x = Tensor(hash: 1, [2, 1, 2, 3, 1, 2, 1, 2])
    let order = [7, 3, 0, 1, 6, 2, 5, 4]
    let inverse = order.indices.map { order.firstIndex(of: $0)! }
    expectIdentical(x.permuted(order).contiguous().permuted(inverse), x)
    #expect(x.permuted(order).shape == [2, 3, 2, 1, 1, 2, 2, 1])
  }
}
