import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct StandardizerTests {
  let train = Tensor([1, 5, .nan, 3, 5, 2, 5, 5, 4], shape: [3, 3])

  @Test func statistics() {
    let standardizer = Standardizer(fitting: train)
    #expect(standardizer.mean == [3, 5, 3])
    // Population standard deviations: sqrt((4 + 0 + 4) / 3), of a constant, and of two values.
    #expect(standardizer.standardDeviation == [Float((8.0 / 3).squareRoot()), 1, 1])
  }

  @Test func application() {
    let standardize = Standardizer(fitting: train)
    let scale = Float((8.0 / 3).squareRoot())
    #expect(standardize(train).scalars == [-2 / scale, 0, 0, 0, 0, -1, 2 / scale, 0, 1])
    let test = Tensor([3 + scale, 7, .nan], shape: [1, 3])
    #expect(standardize(test).shape == [1, 3])
    #expect(standardize(test).scalars == [1, 2, 0])
    #expect(standardize.inverse(standardize(test)).scalars == [3 + scale, 7, 3])
  }

  /// Values far from zero, whose squares are equal as floats.
  @Test func largeOffset() {
    let column = Tensor([1e6, 1e6 + 1, 1e6 + 2], shape: [3, 1])
    let standardizer = Standardizer(fitting: column)
    #expect(abs(standardizer.standardDeviation[0] - Float((2.0 / 3).squareRoot())) < 1e-6)
  }

  @Test func pressures() {
    let same = Tensor(repeating: 101_325.3, shape: [5_000, 2])
    let standardize = Standardizer(fitting: same)
    #expect(standardize.standardDeviation == [1, 1])
    #expect(standardize(same).scalars.allSatisfy { $0 == 0 })
  }

  @Test func columnWithoutValues() {
    let standardize = Standardizer(fitting: Tensor([.nan, .nan], shape: [2, 1]))
    #expect(standardize.mean == [0] && standardize.standardDeviation == [1])
    #expect(standardize(Tensor(zeros: [0, 1])).shape == [0, 1])
  }

  @Test func savedAndRestored() throws {
    let standardizer = Standardizer(fitting: train)
    let data = try JSONEncoder().encode(standardizer)
    #expect(try JSONDecoder().decode(Standardizer.self, from: data) == standardizer)
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Standardizer(fitting: Tensor([1, 2]))
      }, "Standardizer: shape [2], expected [N, D]")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Standardizer(fitting: Tensor(zeros: [2, 3]))(Tensor(zeros: [2, 2]))
      }, "Standardizer: shape [2, 2], expected [N, 3]")
  }
}
