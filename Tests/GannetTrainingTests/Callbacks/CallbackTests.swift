import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Callbacks")
struct CallbackTests {
  /// A callback that is written once, for any batch.
  private final class Counter: Callback {
    var losses: [Double] = []
    var epochs: [Int] = []
    func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
      losses.append(progress.loss)
      #expect(training.epoch == progress.epoch)
      #expect(training.isInEpoch)
      if training.stepCount == 9 { training.stop() }
    }
    func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) {
      epochs.append(epoch.index)
      #expect(!training.isInEpoch)
    }
  }

  @Test("one object serves trainings of two types of batches")
  func anyBatch() throws {
    let counter = Counter()
    let images = TrainerTests.trainer(TrainerTests.network(), callbacks: [counter])
    try images.fit(TrainerTests.task(), epochs: 1)
    #expect(counter.losses.count == 6)
    let layer = Linear(1, 1)
    let numbers = Trainer<Float>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0),
      loss: { model, x in model(Tensor([x])).sum() }, callbacks: [counter],
      showsProgress: false)
    try numbers.fit([1, 2, 3, 4], epochs: 5)
    #expect(counter.losses.count == 6 + 9)
    #expect(counter.epochs == [0, 0, 1])
    #expect(numbers.isInEpoch)
  }

  @Test("the training loss is no measurement of the validation that has its name")
  func keys() throws {
    let layer = Linear(1, 1)
    let name = History.Key.trainingLoss.description
    let trainer = Trainer<Float>(
      layer, optimizer: SGD(layer.parameters, learningRate: 0),
      loss: Objective(
        loss: { $0(Tensor([$1])).sum() * 0 }, measurements: { [(name, Double($1))] }),
      showsProgress: false)
    let epoch = try trainer.fit([1], validation: [7], epochs: 1).epochs[0]
    #expect(epoch[.trainingLoss] == 0)
    #expect(epoch[History.Key(name)] == 7)
    #expect(epoch.value(of: .trainingLoss) == 0)
    #expect(epoch[.accuracy] == nil)
    #expect(epoch.keys == [.trainingLoss, History.Key(name)])
  }
}
