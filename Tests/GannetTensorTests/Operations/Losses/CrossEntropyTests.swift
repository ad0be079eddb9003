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

  /// A common offset of the logits costs no precision; expected values are in double precision.
  @Test func largeLogitsKeepTheirDigits() {
    expectClose(crossEntropy(Tensor([1e16, 1e16, 1e16], shape: [1, 3]), [1]), Tensor(1.0986123))
    let (rows, classes, smoothing) = (4, 1_000, 0.1)
    let labels = HashSequence.labels(rows, classes: classes, seed: 2)
    for offset: Float in [0, 1_000, 1e6, -1e6] {
      let logits = Tensor(hash: 1, [rows, classes], low: -6, high: 6) + offset
      let weights = Tensor(hash: 3, [classes], low: 0.5, high: 1.5)
      for classWeights in [nil, weights] {
        let w = classWeights?.scalars.map(Double.init) ?? Array(repeating: 1, count: classes)
        var (loss, divisor) = (0.0, 0.0)
        for row in 0..<rows {
          let x = logits[row].scalars.map(Double.init)
          let largest = x.max()!
          let total = Foundation.log(x.reduce(0) { $0 + Foundation.exp($1 - largest) }) + largest
          let label = Int(labels.scalars[row])
          loss += (1 - smoothing) * w[label] * (total - x[label])
          loss += zip(w, x).reduce(0) { $0 + smoothing / 1_000 * $1.0 * (total - $1.1) }
          divisor += w[label]
        }
        let y = crossEntropy(
          logits, labels, classWeights: classWeights, labelSmoothing: Float(smoothing))
        expectClose(y, Tensor(Float(loss / divisor)), tolerance: 1e-6, "\(offset)")
      }
    }
  }

  @Test func aTargetOfNothingCountsNothing() {
    let logits = Tensor([0, -.infinity, 0], shape: [1, 3]).requiringGradient()
    let targets = Tensor([0.5, 0, 0.5], shape: [1, 3])
    let loss = crossEntropy(logits, targets)
    expectClose(loss, Tensor(Float(2).logarithm))
    loss.backward()
    #expect(logits.gradient!.scalars == [0, 0, 0])
    #expect(crossEntropy(logits, Tensor([0, 1, 0], shape: [1, 3])).scalar == .infinity)
    // A target of 0 that is a variable has its gradient.
    let variable = Tensor([0, 1], shape: [1, 2]).requiringGradient()
    crossEntropy(Tensor(zeros: [1, 2]), variable).backward()
    expectClose(variable.gradient!, Tensor(repeating: Float(2).logarithm, shape: [1, 2]))
  }

  @Test func literalsOfIntegersAreLabels() {
    let logits = Tensor(hash: 1, [2, 3])
    #expect(
      crossEntropy(logits, [0, 2]).scalar == crossEntropy(logits, IntTensor([0, 2])).scalar)
    let soft = crossEntropy(logits, [[0.5, 0.5, 0], [0, 0, 1]])
    expectClose(soft, crossEntropy(logits, Tensor([0.5, 0.5, 0, 0, 0, 1], shape: [2, 3])))
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
    #expect(x.argmax(along: -1) == IntTensor([1, 0, 0, 0, 2]))
    for form in MemoryForm.allCases {
      let y = Tensor(hash: 1, [40, 7])
      let expected = (0..<40).map { row -> Int32 in
        let values = y[row].scalars
        return Int32(values.firstIndex(of: values.max()!)!)
      }
      #expect(form(y).argmax(along: -1).scalars == expected, "\(form)")
    }
  }
}

extension Float {
  fileprivate var logarithm: Float { Foundation.log(self) }
}
