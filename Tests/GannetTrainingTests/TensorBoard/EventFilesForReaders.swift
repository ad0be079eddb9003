import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Writes event files for the readers of others, `scripts/test-tensorboard`, and what they must find.
@Suite(
  "Event files for other readers",
  .enabled(if: ProcessInfo.processInfo.environment["GANNET_TENSORBOARD"] != nil))
struct EventFilesForReaders {
  private struct Expected: Encodable {
    var scalars: [String: [[Double]]] = [:]
    var histograms: [String: [Double]] = [:]
    var images: [String: [[[Int]]]] = [:]

    mutating func add(_ tag: String, _ value: Double, at step: Int) {
      scalars[tag, default: []].append([Double(step), value])
    }
  }

  @Test("an interrupted and resumed training, and values of its own")
  func written() throws {
    let path = try #require(ProcessInfo.processInfo.environment["GANNET_TENSORBOARD"])
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    let state = folder.appending(path: "state")
    var expected = Expected()
    let model = TrainerTests.network()
    for steps in [8, nil] {
      let board = TensorBoard(
        folder.appending(path: "run"), everySteps: 1, histogramsEveryEpochs: 3)
      let trainer = TrainerTests.trainer(
        model, callbacks: [board, Checkpoints(state), Budget(steps: steps)])
      trainer.callbacks.append(
        Hooks(onStep: { [unowned trainer] progress in
          expected.add("training/loss", progress.loss, at: trainer.stepCount)
          expected.add("training/learning rate", 0.5, at: trainer.stepCount)
        }))
      try trainer.resumeIfThere(from: state)
      let loader = TrainerTests.task()
      let history = try trainer.fit(loader, validation: loader, epochs: 3)
      guard steps == nil else {
        // Of a training that went on and was then lost.
        try board.addScalar("lost", 1, step: 9)
        continue
      }
      for epoch in history.epochs {
        let step = 6 * (epoch.index + 1)
        expected.add("training/epoch loss", epoch.trainingLoss, at: step)
        for (name, value) in epoch.validation {
          expected.add("validation/\(name)", value, at: step)
        }
      }
      for (name, parameter) in zip(model.parameters.names, model.parameters) {
        let values = parameter.value
        expected.histograms[name] = [
          Double(parameter.shape.elementCount), Double(values.min().scalar),
          Double(values.max().scalar),
        ]
      }
      try board.addImage("color", Tensor([1, 0, 0, 1, 0, 0.2], shape: [3, 1, 2]), step: 18)
      expected.images["color"] = [[[255, 0, 0], [0, 255, 51]]]
      try board.addScalar("own", 0.25, step: 18)
      expected.add("own", 0.25, at: 18)
    }
    try JSONEncoder().encode(expected).write(to: folder.appending(path: "expected.json"))
  }
}
