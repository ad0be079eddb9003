import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct SortingTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("order")
    for axis in 0..<3 {
      fixture.check("sorted_\(axis)", tolerance: 0) { $0[0].sorted(along: axis).values }
      fixture.check("descending_\(axis)", tolerance: 0) {
        $0[0].sorted(along: axis, descending: true).values
      }
    }
    fixture.check("sorted_long", tolerance: 0) { $0[0].sorted().values }
  }

  /// Short and long lines, with repeated, infinite, negative and denormal elements and NaN.
  @Test(arguments: [0, 1, 2, 24, 25, 300, 70_001], [false, true])
  func orderIsStable(size: Int, descending: Bool) {
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3e38, -3e38,
      1, 1, -1,
    ]
    var x = Tensor(hash: 3, [size], low: -50, high: 50).scalars.map { $0.rounded() / 4 }
    for (place, value) in special.enumerated() where place * 3 < size { x[place * 3] = value }
    if size > 20 { (x[7], x[20]) = (.nan, -.nan) }
    let (values, indices) = Tensor(x).sorted(descending: descending)
    let wanted = x.indices.sorted { i, j in
      let (a, b) = (x[i], x[j])
      if a == b || (a.isNaN && b.isNaN) { return i < j }
      if a.isNaN || b.isNaN { return a.isNaN == descending }
      return descending ? a > b : a < b
    }
    #expect(indices.scalars.map(Int.init) == wanted)
    #expect(values.scalars.map(\.bitPattern) == wanted.map { x[$0].bitPattern })
    #expect(Tensor(x).argsort(descending: descending) == indices)
  }

  @Test func everyFormAndThreadCountGivesTheSameBits() {
    let x = Tensor(hash: 1, [7, 300, 9])
    for axis in 0..<3 {
      let wanted = x.sorted(along: axis)
      for form in MemoryForm.allCases {
        let (values, indices) = form(x).sorted(along: axis)
        expectIdentical(values, wanted.values, "\(form)")
        #expect(indices == wanted.indices)
      }
      for count in 1...3 {
        expectIdentical(onThreads(count) { x.sorted(along: axis).values }, wanted.values)
      }
      // What is sorted stays so, and the indices lead there.
      expectIdentical(wanted.values.sorted(along: axis).values, wanted.values)
      expectIdentical(x.gathered(at: wanted.indices, along: axis), wanted.values)
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let x = Tensor((0..<30).map { Float($0 * 7 % 30) / 10 }, shape: [5, 6])
    expectGradients([x]) { $0[0].sorted(along: 0).values }
    expectSecondDerivatives([x]) { ($0[0] * $0[0]).sorted().values }
  }
}

@Suite struct QuantileTests {
  private static let interpolations: [String: QuantileInterpolation] = [
    "linear": .linear, "lower": .lower, "higher": .higher, "midpoint": .midpoint,
    "nearest": .nearest,
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("order")
    for name in fixture.names where name.hasPrefix("quantile_") {
      let arguments = fixture.arguments(name)
      let axes = Axes(arguments["axes"] as! [Int])
      let share = (arguments["share"] as! NSNumber).doubleValue
      let interpolation = Self.interpolations[arguments["interpolation"] as! String]!
      fixture.check(name) {
        $0[0].quantile(share, along: axes, interpolation: interpolation)
      }
    }
    fixture.check("quantiles") { $0[0].quantiles([0.1, 0.5, 0.95], along: 1) }
    for axis in 0..<3 { fixture.check("median_\(axis)") { $0[0].median(along: Axes([axis])) } }
    fixture.check("median_all") { $0[0].median() }
  }

  @Test func axesAreRemovedOrKept() {
    let x = Tensor(hash: 1, [3, 4, 5])
    #expect(x.median(along: [0, 2]).shape == [4])
    #expect(x.median(along: [0, 2], keepingAxes: true).shape == [1, 4, 1])
    #expect(x.quantiles([0.5, 1], along: 1).shape == [2, 3, 5])
    expectIdentical(x.quantile(0, along: [0, 2]), x.min(along: [0, 2]))
    expectIdentical(x.quantile(1, along: 1), x.max(along: 1))
    expectIdentical(
      x.permuted([0, 2, 1]).reshaped(to: [15, 4]).median(along: 0), x.median(along: [0, 2]))
  }

  @Test func aNaNIsTheQuantileOfItsLine() {
    let x = Tensor([1, .nan, 3, 4, 5, -.infinity], shape: [2, 3])
    let median = x.median(along: 1).scalars
    #expect(median[0].isNaN && median[1] == 4)
    #expect(x.quantile(0, along: 1).scalars[0].isNaN)
    #expect(x.quantile(0, along: 1).scalars[1] == -.infinity)
    #expect(Tensor([1, .infinity, .infinity]).median().scalar == .infinity)
  }

  @Test func gradientsAreThoseOfDifferences() {
    let x = Tensor((0..<30).map { Float($0 * 7 % 30) / 10 }, shape: [5, 6])
    expectGradients([x]) { $0[0].quantile(0.3, along: 1) }
    expectGradients([x]) { $0[0].quantiles([0.1, 0.8], interpolation: .midpoint) }
    expectSecondDerivatives([x]) { ($0[0] * $0[0]).median(along: 0) }
  }

  @Test func wrongSharesStop() async {
    let share = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).quantile(1.5)
    }
    expectMessage(share, "quantile: share 1.5, expected 0 to 1")
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 0]).median(along: 1)
    }
    expectMessage(empty, "quantile: shape [2, 0], expected an element at least")
  }
}
