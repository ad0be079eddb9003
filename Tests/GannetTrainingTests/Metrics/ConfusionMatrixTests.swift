import GannetTensor
import GannetTraining
import Testing

@Suite("Confusion matrix")
struct ConfusionMatrixTests {
  @Test("counts, accuracy, precision and recall of a small case by hand")
  func byHand() {
    var matrix = ConfusionMatrix(classes: 3)
    let predictions: [Int32] = [0, 0, 1, 1, 1, 2]
    let labels: [Int32] = [0, 1, 1, 1, 2, 2]
    let logits = Tensor(
      predictions.flatMap { p in (0..<3).map { $0 == p ? 1 : 0 } }, shape: [6, 3])
    matrix.update(predictions: logits, targets: IntTensor(labels))
    #expect(matrix.counts == [[1, 0, 0], [1, 2, 0], [0, 1, 1]])
    #expect(matrix.accuracy == 4.0 / 6)
    #expect(matrix.precision == [1.0 / 2, 2.0 / 3, 1])
    #expect(matrix.recall == [1, 2.0 / 3, 1.0 / 2])
    #expect(matrix.f1[1] == 2.0 / 3)
  }

  @Test("no examples have no accuracy")
  func empty() {
    var matrix = ConfusionMatrix(classes: 2)
    matrix.update(predictions: Tensor(zeros: [0, 2]), targets: IntTensor([Int32]()))
    #expect(matrix.total == 0)
    #expect(matrix.accuracy.isNaN)
    #expect(matrix.precision == [0, 0])
    #expect(matrix.recall == [0, 0])
    #expect(matrix.f1 == [0, 0])
    #expect(matrix.description.split(separator: "\n").count == 3)
  }
}
