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

  @Test func oneGroupIsLayerNormOverTheImage() {
    let x = Tensor(hash: 1, [3, 4, 5, 6])
    let shape: Shape = [4, 5, 6]
    expectClose(
      groupNorm(x, groups: 1, weight: Tensor(ones: [4]), bias: Tensor(zeros: [4])),
      layerNorm(x, weight: Tensor(ones: shape), bias: Tensor(zeros: shape)), tolerance: 1e-6)
  }
}
