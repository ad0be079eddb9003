import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct ProductTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("order")
    for name in fixture.names where name.hasPrefix("product_") {
      let arguments = fixture.arguments(name)
      let axes = Axes(arguments["axes"] as! [Int])
      let keepsAxes = (arguments["keepingAxes"] as! NSNumber).boolValue
      fixture.check(name) {
        let x = $0[0]
        // Zeros with a gradient.
        let factors =
          name.contains("zeros") ? x.replacing(with: x - x.detached(), where: x .< -0.6) : x * 2
        return factors.product(along: axes, keepingAxes: keepsAxes)
      }
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [3, 5], low: 0.5, high: 2)
    expectGradients([x]) { $0[0].product(along: 1) }
    expectSecondDerivatives([x]) { $0[0].product(along: 0) }
    let zeros = Tensor([2, 0, 3, 4, 0, 0], shape: [2, 3])
    expectGradients([zeros]) { $0[0].product(along: 1) }
    expectSecondDerivatives([zeros]) { $0[0].product() }
  }

  @Test func algebra() {
    #expect((1...10).reduce(1, *) == Int(Tensor((1...10).map { Float($0) }).product().scalar))
    #expect(Tensor(zeros: [0, 3]).product(along: 0).scalars == [1, 1, 1])
    #expect(Tensor(zeros: [0, 3]).product(along: 1).shape == [0])
    let x = Tensor(hash: 1, [3, 4, 5], low: 0.5, high: 2)
    expectClose(log(x.product(along: [0, 2])), log(x).sum(along: [0, 2]), tolerance: 1e-6)
    expectIdentical(x.product(along: []), x)
    #expect(Tensor([2, .nan]).product().scalar.isNaN)
  }
}

@Suite struct TruthTests {
  @Test func anyAndAll() {
    let x = Tensor([0, 0, 1, -0.0, .nan, 2], shape: [3, 2])
    #expect(x.any(along: 1).scalars == [0, 1, 1] && x.all(along: 1).scalars == [0, 0, 1])
    #expect(x.any().scalar == 1 && x.all().scalar == 0)
    #expect(x.any(along: 0, keepingAxes: true).shape == [1, 2])
    #expect(Tensor(zeros: [2, 0]).any(along: 1).scalars == [0, 0])
    #expect(Tensor(zeros: [2, 0]).all(along: 1).scalars == [1, 1])
    #expect(!x.requiringGradient().any().requiresGradient)
    // Not all are x where any is not x.
    let y = Tensor(hash: 1, [7, 9]) .> 0.3
    expectIdentical((y .== 0).any(along: 0), 1 - y.all(along: 0))
  }
}

@Suite struct MaskedSelectionTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("order")
    fixture.check("selected") { $0[0].selected(where: $0[0] .> 0.2) }
    fixture.check("selected_rows") { $0[0].selected(where: $0[1] .> 0) }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let (x, mask) = (Tensor(hash: 1, [3, 4]), Tensor(hash: 2, [3, 4]) .> 0)
    expectGradients([x]) { $0[0].selected(where: mask) }
    expectSecondDerivatives([x]) { ($0[0] * $0[0]).selected(where: mask) }
  }

  @Test func placesAreThoseOfTheMask() {
    let x = Tensor([0, 1, 2, 0, .nan, 0], shape: [2, 3])
    #expect(x.nonzeroIndices() == IntTensor([0, 1, 0, 2, 1, 1], shape: [3, 2]))
    #expect(Tensor(3).nonzeroIndices().shape == [1, 0])
    #expect(Tensor(zeros: [2, 3]).selected(where: Tensor(0)).shape == [0])
    expectIdentical(x.selected(where: Tensor(1)), x.flattened())
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).selected(where: Tensor(zeros: [2]))
    }
    expectMessage(result, "selected: shapes [2, 3] and [2] don't fit")
  }
}
