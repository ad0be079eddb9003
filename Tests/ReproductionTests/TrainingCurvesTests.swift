import Foundation
import Reproduction
import Testing

@Suite("Training curves as the book plots them")
struct TrainingCurvesTests {
  @Test("Two training points an epoch, at the mean fractional epoch of their batches")
  func bookPositions() throws {
    // 469 batches of 128 make points of 234; the book's first two stand at .248 and .747.
    var curves = TrainingCurves(batchesPerEpoch: 469)
    for batch in 0..<(10 * 469) { curves.train(.trainLoss, Double(batch)) }
    let curve = try #require(curves.curves.first)
    #expect(curve.epochs.count == 20)
    #expect(abs(curve.epochs[0] - 0.248) < 5e-4)
    #expect(abs(curve.epochs[1] - 0.747) < 5e-4)
    #expect(curve.values[0] == 116.5)
    // The batch left over in each epoch goes to the next point: they are counted through.
    #expect(curve.values[2] == 2 * 234 + 116.5)
    #expect(curves.final(.trainLoss) == 19 * 234 + 116.5)
  }

  @Test("A validation point weighs every batch the same and stands at the end of its epoch")
  func validation() throws {
    var curves = TrainingCurves(batchesPerEpoch: 4)
    for epoch in 0..<2 {
      for value in [1.0, 2.0, 6.0] { curves.validate(.validationLoss, value + Double(epoch)) }
      curves.validate(.validationAccuracy, 0.5)
      curves.endEpoch()
    }
    #expect(curves.curves.map(\.name) == ["val_loss", "val_acc"])
    #expect(curves.curves[0] == Curve("val_loss", epochs: [1, 2], values: [3, 4]))
    #expect(curves.curves[1] == Curve("val_acc", epochs: [1, 2], values: [0.5, 0.5]))
  }

  @Test("An epoch of one batch has one point")
  func oneBatch() {
    var curves = TrainingCurves(batchesPerEpoch: 1)
    for value in [3.0, 2.0] { curves.train(.trainLoss, value) }
    #expect(curves.curves == [Curve("train_loss", epochs: [0, 1], values: [3, 2])])
  }

  @Test("A result takes the curves and their last values, told apart by variant")
  func intoResult() {
    var curves = TrainingCurves(batchesPerEpoch: 1)
    curves.train(.trainLoss, 0.4)
    var result = SectionResult(figures: [.ours("parameters"): 10])
    result.add(curves, as: TrainingFigures(variant: "scratch"))
    result.add(curves, as: TrainingFigures())
    #expect(result.figures.map(\.name) == ["parameters", "scratch train_loss", "train_loss"])
    #expect(result["scratch train_loss"] == 0.4)
    #expect(result.curves.map(\.name) == ["scratch train_loss", "train_loss"])
  }

  @Test("A result takes what a part has found; what the part has not stays")
  func parts() {
    var part = SectionResult(figures: [.ours("error"): 2, .ours("epochs"): 3], notes: ["note"])
    part.plots = [Plot("lines", title: "", panels: [])]
    var result = SectionResult(
      figures: [.ours("error"): 1, .ours("parameters"): 10], fallback: "other data")
    result.add(part)
    #expect(result.figures.map(\.name) == ["error", "parameters", "epochs"])
    #expect(result["error"] == 2 && result["parameters"] == 10)
    #expect(result.plots.map(\.name) == ["lines"] && result.notes == ["note"])
    #expect(result.fallback == "other data")
  }

  @Test("Equal curves are saved as equal bytes: names are sorted")
  func savedStateIsSorted() throws {
    let recorder = CurveRecorder(.losses, batchesPerEpoch: 4)
    let saved = String(decoding: try #require(try recorder.savedState()), as: UTF8.self)
    let names = saved.matches(of: /"(\w+)":/).map { String($0.output.1) }
    #expect(names == ["batchesPerEpoch", "completedEpochs", "curves", "training", "validation"])
  }
}
