import GannetTensor
import TestSupport
import Testing

@Suite struct LayerNormTests {
  @Test(arguments: ["vectors", "sequences", "images", "rows"])
  func valuesAndGradientsArePyTorchs(_ name: String) throws {
    try Fixture("norms").check("layer_\(name)") {
      layerNorm($0[0], weight: $0[1], bias: $0[2])
    }
  }

  @Test func aMeanFarFromZeroCostsFewDigits() throws {
    try Fixture("norms").check("layer_far", tolerance: 2e-5) {
      layerNorm($0[0], weight: $0[1], bias: $0[2])
    }
  }

  /// The rounding error of the mean is multiplied by 316 where the variance is 0.
  @Test(arguments: [(100, 3000.3), (300, 10000.1), (7, 0.1), (5_000, 101_325.3)])
  func aConstantRowBecomesItsBias(_ columns: Int, _ value: Double) {
    let (one, zero) = (Tensor(ones: [columns]), Tensor(zeros: [columns]))
    let y = layerNorm(
      Tensor(repeating: Float(value), shape: [3, columns]), weight: one, bias: zero)
    #expect(y.scalars.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func rowsFarFromZeroAreNormalizedAsInDoublePrecision() {
    let x = Tensor(hash: 1, [4, 333], low: 3000.2, high: 3000.4)
    let parameters = [Tensor(ones: [333]), Tensor(zeros: [333])].map { $0.requiringGradient() }
    let y = layerNorm(x, weight: parameters[0], bias: parameters[1])
    let scalars = x.scalars.map(Double.init)
    let expected = (0..<4).flatMap { row in
      let values = scalars[row * 333..<(row + 1) * 333]
      let mean = values.reduce(0, +) / 333
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 333
      return values.map { Float(($0 - mean) / (variance + Double(Float(1e-5))).squareRoot()) }
    }
    expectClose(y, Tensor(expected, shape: [4, 333]), tolerance: 1e-6)
    y.backward(seed: Tensor(ones: [4, 333]))
    let sums = Tensor(expected, shape: [4, 333]).sum(along: 0)
    expectClose(parameters[0].gradient!, sums, tolerance: 1e-6)
  }

  @Test func gradientsAreThoseOfDifferences() {
    let inputs = [
      Tensor(hash: 1, [3, 2, 5]), Tensor(hash: 2, [2, 5], low: 0.5, high: 2),
      Tensor(hash: 3, [2, 5]),
    ]
    expectGradients(inputs) { layerNorm($0[0], weight: $0[1], bias: $0[2]) }
  }

  @Test func longRowsAndManyRowsAreNormalized() {
    for (rows, columns) in [(3, 5_000), (4_001, 17)] {
      let x = Tensor(hash: 1, [rows, columns], low: 1, high: 3)
      let y = layerNorm(
        x, weight: Tensor(ones: [columns]), bias: Tensor(zeros: [columns]), epsilon: 0)
      expectClose(y.mean(along: 1) + 1, Tensor(ones: [rows]), tolerance: 1e-5)
      expectClose(y.variance(along: 1, unbiased: false), Tensor(ones: [rows]), tolerance: 1e-5)
    }
  }

  /// The book's section 11.7.3.
  @Test func theBooksExample() {
    let y = layerNorm([[1, 2], [2, 3]], weight: Tensor(ones: [2]), bias: Tensor(zeros: [2]))
    expectClose(y, [[-1, 1], [-1, 1]], tolerance: 1e-4)
    let z = batchNorm([[1, 2], [2, 3]], weight: Tensor(ones: [2]), bias: Tensor(zeros: [2])).result
    expectClose(z, [[-1, -1], [1, 1]], tolerance: 1e-4)
  }

  @Test func examplesDoNotSeeEachOther() {
    let x = Tensor(hash: 1, [5, 40])
    let (weight, bias) = (Tensor(hash: 2, [40]), Tensor(hash: 3, [40]))
    let together = layerNorm(x, weight: weight, bias: bias)
    expectIdentical(layerNorm(x[2..<3], weight: weight, bias: bias), together[2..<3])
  }
}

@Suite struct GroupNormTests {
  @Test(arguments: ["vectors": 2, "one": 1, "two": 2, "wide": 7, "each": 6])
  func valuesAndGradientsArePyTorchs(name: String, groups: Int) throws {
    try Fixture("norms").check("group_\(name)") {
      groupNorm($0[0], groups: groups, weight: $0[1], bias: $0[2])
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let inputs = [
      Tensor(hash: 1, [2, 4, 2, 3]), Tensor(hash: 2, [4], low: 0.5, high: 2), Tensor(hash: 3, [4]),
    ]
    expectGradients(inputs) { groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2]) }
  }

  private static let constants: [(Shape, Double)] = [
    ([2, 4, 10, 10], 3000.3), ([1, 4, 1, 300], 10000.1), ([3, 4], 101_325.3),
  ]

  @Test(arguments: constants)
  func aConstantGroupBecomesItsBias(_ shape: Shape, _ value: Double) {
    let y = groupNorm(
      Tensor(repeating: Float(value), shape: shape), groups: 2, weight: Tensor(ones: [4]),
      bias: Tensor([1, 2, 3, 4]))
    expectIdentical(
      y,
      Tensor([1, 2, 3, 4]).reshaped(
        to: shape.rank == 4 ? [1, 4, 1, 1] : [1, 4]
      ).expanded(to: shape))
  }

  /// The group's mean is not a float.
  @Test func groupsFarFromZeroAreNormalizedAsInDoublePrecision() {
    let x = Tensor(hash: 1, [2, 4, 9, 37], low: 3000.2, high: 3000.4)
    let parameters = [Tensor(ones: [4]), Tensor(zeros: [4])].map { $0.requiringGradient() }
    let y = groupNorm(x, groups: 2, weight: parameters[0], bias: parameters[1])
    let scalars = x.scalars.map(Double.init)
    let expected = (0..<4).flatMap { group in
      let values = scalars[group * 666..<(group + 1) * 666]
      let mean = values.reduce(0, +) / 666
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 666
      return values.map { Float(($0 - mean) / (variance + Double(Float(1e-5))).squareRoot()) }
    }
    let wanted = Tensor(expected, shape: x.shape)
    expectClose(y, wanted, tolerance: 1e-6)
    let seed = Tensor(hash: 2, x.shape)
    y.backward(seed: seed)
    expectClose(
      parameters[0].gradient!, (wanted * seed).sum(along: [0, 2, 3]), tolerance: 2e-6)
  }

  @Test func oneGroupIsLayerNormOverTheImage() {
    let x = Tensor(hash: 1, [3, 4, 5, 6])
    let shape: Shape = [4, 5, 6]
    expectClose(
      groupNorm(x, groups: 1, weight: Tensor(ones: [4]), bias: Tensor(zeros: [4])),
      layerNorm(x, weight: Tensor(ones: shape), bias: Tensor(zeros: shape)), tolerance: 1e-6)
  }
}
