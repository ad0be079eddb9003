import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct TensorDatasetTests {
  let features = Tensor((0..<12).map(Float.init), shape: [4, 3])

  @Test func labels() {
    let set = TensorDataset(features: features, labels: IntTensor([5, 6, 7, 8]))
    let batch = set.batch(at: [3, 1])
    #expect(set.count == 4 && batch.count == 2)
    #expect(batch.features.shape == [2, 3])
    #expect(batch.features.scalars == [9, 10, 11, 3, 4, 5])
    #expect(batch.labels.shape == [2])
    #expect(batch.labels.scalars == [8, 6])
  }

  @Test func targets() {
    let targets = Tensor([1, 2, 3, 4], shape: [4, 1])
    let batch = TensorDataset(features: features, targets: targets).batch(at: [2])
    #expect(batch.targets.shape == [1, 1])
    #expect(batch.targets.scalars == [3])
  }

  /// The set copies a view's elements, not its storage.
  @Test func viewsAndTokens() {
    let transposed = TensorDataset(features: features.transposed(), labels: IntTensor([0, 1, 2]))
    #expect(transposed.batch(at: [1]).features.scalars == [1, 4, 7, 10])
    let tokens = IntTensor([1, 2, 3, 4], shape: [2, 2])
    let batch = TensorDataset(inputs: tokens, targets: tokens).batch(at: [1, 0])
    #expect(batch.inputs.scalars == [3, 4, 1, 2])
    #expect(batch.inputs.shape == [2, 2])
  }

  @Test func rowsWithoutElements() {
    let set = TensorDataset(features: Tensor([], shape: [2, 0]), labels: IntTensor([0, 1]))
    #expect(set.batch(at: [1]).features.shape == [1, 0])
  }

  @Test func subset() throws {
    let set = TensorDataset(features: features, labels: IntTensor([5, 6, 7, 8]))
    let subset = Subset(Subset(set, indices: [3, 2, 0]), indices: 1...2)
    #expect(subset.count == 2)
    #expect(try subset.batch(at: [1, 0]).labels.scalars == [5, 7])
  }

  @Test func randomSplit() {
    let labels = IntTensor((0..<103).map(Int32.init))
    let set = TensorDataset(features: Tensor(zeros: [103, 1]), labels: labels)
    let parts = set.randomSplit(fractions: [0.7, 0.2, 0.1], seed: 1)
    #expect(parts.map(\.count) == [72, 21, 10])
    #expect(parts.flatMap(\.indices).sorted() == Array(0..<103))
    #expect(parts.flatMap(\.indices) != Array(0..<103))
    #expect(
      set.randomSplit(fractions: [0.7, 0.2, 0.1], seed: 1).map(\.indices) == parts.map(\.indices))
    #expect(
      set.randomSplit(fractions: [0.7, 0.2, 0.1], seed: 2).map(\.indices) != parts.map(\.indices))
    #expect(
      set.randomSplit(fractions: [0.1], seed: 1)[0].indices == Array(parts[0].indices.prefix(10)))
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = TensorDataset(features: Tensor(zeros: [4, 3]), labels: IntTensor([1, 2]))
      }, "TensorDataset: shapes [4, 3] and [2] don't fit")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = TensorDataset(features: Tensor(1), labels: IntTensor([1, 2]))
      }, "TensorDataset: shape [], expected [N, ...]")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = TensorDataset(features: Tensor(zeros: [4, 3]), targets: Tensor(zeros: [4]))
        _ = set.randomSplit(fractions: [0.7, 0.7], seed: 0)
      }, "randomSplit: the fractions [0.7, 0.7] are negative or exceed 1 in sum")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = TensorDataset(features: Tensor(zeros: [4, 3]), targets: Tensor(zeros: [4]))
        _ = Subset(set, indices: [-1])
      }, "an index of [-1] is out of range for 4 examples")
  }
}
