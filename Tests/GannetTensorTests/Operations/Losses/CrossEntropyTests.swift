import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  private static let sizes = [(4, 3), (1, 1), (5, 1), (1, 7), (256, 10), (3_001, 11), (3, 5_000)]

  @Test(arguments: sizes) func valuesAndGradientsAreThoseOfTheDefinition(
    _ rows: Int, _ classes: Int
  ) {
    let logits = Tensor(hash: 1, [rows, classes], low: -6, high: 6)
    let labels = HashSequence.labels(rows, classes: classes, seed: 2)
    let values = logits.scalars
    var loss = 0.0
    var gradient: [Float] = []
    for row in 0..<rows {
      let x = values[row * classes..<(row + 1) * classes].map(Double.init)
      let total = x.reduce(0) { $0 + Foundation.exp($1) }
      let label = Int(labels.scalars[row])
      loss += (Foundation.log(total) - x[label]) / Double(rows)
      for column in 0..<classes {
        let probability = Foundation.exp(x[column]) / total
        gradient.append(Float((probability - (column == label ? 1 : 0)) / Double(rows)))
      }
    }
    for form in [MemoryForm.contiguous, .transposed, .slicedFirst, .slicedLast, .spaced] {
      let leaf = form(logits).requiringGradient()
      let y = crossEntropy(leaf, labels)
      #expect(y.shape == [])
      expectClose(y, Tensor(Float(loss)), tolerance: 1e-6, "\(form)")
      y.backward()
      if classes > 1 {
        expectClose(leaf.gradient!, Tensor(gradient, shape: logits.shape), "\(form)")
      } else {
        #expect(leaf.gradient!.scalars.allSatisfy { $0 == 0 })
      }
      #expect(withoutGradients { crossEntropy(leaf, labels).scalar } == y.scalar)
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let labels = HashSequence.labels(4, classes: 3, seed: 2)
    expectGradients([Tensor(hash: 1, [4, 3])]) { crossEntropy($0[0] * 2, labels) }
    expectGradients([Tensor(hash: 1, [4, 3])]) { crossEntropy($0[0], labels) * 3 }
  }

  @Test func largeLogitsStayFinite() {
    let leaf = Tensor([1e4, -1e4, 0, -1e4, 1e4, 0, 500, 500, -500], shape: [3, 3])
      .requiringGradient()
    let loss = crossEntropy(leaf, IntTensor([0, 0, 2]))
    expectClose(loss, Tensor((0 + 2e4 + 1_000 + Float(2).logarithm) / 3))
    loss.backward()
    expectClose(
      leaf.gradient!, Tensor([0, 0, 0, -1, 1, 0, 0.5, 0.5, -1], shape: [3, 3]) / 3, tolerance: 1e-6)
  }

  @Test func masksOfMinusInfinityHaveNoProbability() {
    let leaf = Tensor([0, -.infinity, 0], shape: [1, 3]).requiringGradient()
    let loss = crossEntropy(leaf, IntTensor([0]))
    expectClose(loss, Tensor(Float(2).logarithm), tolerance: 1e-6)
    loss.backward()
    expectClose(leaf.gradient!, Tensor([-0.5, 0, 0.5], shape: [1, 3]), tolerance: 1e-6)
  }

  /// A tape that stays gives the same gradient again: nobody writes over what is saved.
  @Test func theSavedGradientSurvives() {
    let leaf = Tensor(hash: 1, [4, 3]).requiringGradient()
    let labels = IntTensor([0, 1, 2, 0])
    let loss = crossEntropy(leaf * 2, labels)
    loss.backward(keepingTape: true)
    let first = leaf.gradient!
    leaf.gradient = nil
    loss.backward()
    expectIdentical(leaf.gradient!, first)
  }

  @Test func argmaxIsTheFirstOfTheLargest() {
    let x = Tensor([1, 3, 2, 5, 5, 0, -1, -1, -1, .nan, 9, 1, 0, .infinity, .nan], shape: [5, 3])
    #expect(x.argmax() == IntTensor([1, 0, 0, 0, 2]))
    for form in MemoryForm.allCases {
      let y = Tensor(hash: 1, [40, 7])
      let expected = (0..<40).map { row -> Int32 in
        let values = y[row].scalars
        return Int32(values.firstIndex(of: values.max()!)!)
      }
      #expect(form(y).argmax().scalars == expected, "\(form)")
    }
  }
}

extension Float {
  fileprivate var logarithm: Float { Foundation.log(self) }
}
