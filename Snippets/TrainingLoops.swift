// Training with callbacks and metrics, a loss of your own, and a loop written out.
//
// swift run -c release TrainingLoops
import Foundation
import Gannet

let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let x = Tensor(normal: [400, 8])
let y = x.sliced(0..<3, along: 1).argmax(along: -1)
let parts = TensorDataset(features: x, labels: y).randomSplit(fractions: [0.8, 0.2], seed: 0)
let training = DataLoader(parts[0], batchSize: 32, shuffle: true)
let validation = DataLoader(parts[1], batchSize: 80)
seedRandom(0)
// snippet.trainer
let model = Sequential {
  Linear(8, 32)
  ReLU()
  Dropout(0.1)
  Linear(32, 3)
}
let trainer = Trainer(
  model, optimizer: AdamW(model.parameters), loss: .classification, clipNorm: 1,
  callbacks: [
    Scheduling(.cosine(from: 1e-2, over: 5).warmedUp(over: 1)),
    EarlyStopping(.accuracy, goal: .maximum, patience: 3),
    HistoryLog(folder.appending(path: "history.csv")),
    BestCheckpoint(folder.appending(path: "best.safetensors")),
    Checkpoints(folder.appending(path: "last.safetensors"), everySteps: 50, keepingLast: 2),
    Interruption(),
  ])
trainer.metrics = EvaluationMetrics(["f1": F1Score(.macro), "top 2": TopKAccuracy(2)])
let history = try trainer.fit(training, validation: validation, epochs: 5)
for epoch in history.epochs { print(epoch.index, epoch.trainingLoss, epoch["f1"]!) }
// snippet.best
try model.load(Checkpoint(contentsOf: folder.appending(path: "best.safetensors")).model)
print(try trainer.evaluate(validation))
// snippet.callback
/// Prints the steps whose gradients are large.
final class LargeSteps: Callback {
  func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    if let norm = progress.gradientNorm, norm > 10 { print("step", progress.step, norm) }
  }
}
// snippet.objective
extension Objective where Model: Layer, Batch == GannetData.Batch<Tensor, Tensor> {
  /// A regression that outliers disturb little.
  static var robust: Objective {
    Objective(
      predictions: { $0($1.inputs) }, loss: { huberLoss($0, $1.targets) },
      measurements: { [("error", Double(meanAbsoluteError($0, $1.targets).scalar))] })
  }
}
// snippet.regression
let targets = x.sum(along: 1, keepingAxes: true)
let regression = Linear(8, 1)
try Trainer(
  regression, optimizer: Adam(regression.parameters, learningRate: 0.1), loss: .robust,
  clipNorm: 100, callbacks: [LargeSteps()]
).fit(DataLoader(TensorDataset(features: x, targets: targets), batchSize: 100), epochs: 3)
// snippet.loop
let optimizer = SGD(model.parameters, learningRate: 0.05, momentum: 0.9)
for batch in training {
  optimizer.zeroGradients()
  let loss = crossEntropy(model(batch.features), batch.labels)
  loss.backward()
  model.parameters.clipGradients(toNorm: 1)
  optimizer.step()
}
var score = Accuracy()
model.evaluating {
  for batch in validation {
    score.update(predictions: model(batch.features), targets: batch.labels)
  }
}
print("accuracy", score.value)
// snippet.end
try FileManager.default.removeItem(at: folder)
