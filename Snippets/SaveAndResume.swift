// Saving, loading and resuming: a training interrupted after its first epoch ends with the same
// bits as an uninterrupted one.
//
// swift run -c release SaveAndResume
import Foundation
import Gannet

let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let checkpoint = folder.appending(path: "training.safetensors")

/// The program, which runs the same at each start.
func train(epochs: Int, checkpoint: URL) throws -> any Module {
  seedRandom(0)
  let model = Sequential {
    Linear(8, 32)
    ReLU()
    Dropout(0.2)
    Linear(32, 3)
  }
  let points = Tensor(normal: [300, 8])
  let labels = points.sliced(0..<3, along: 1).argmax(along: -1)
  let set = TensorDataset(features: points, labels: labels)
  let trainer = Trainer(
    model, optimizer: Adam(model.parameters), loss: .classification,
    callbacks: [Checkpoints(checkpoint)])
  try trainer.resumeIfThere(from: checkpoint)
  try trainer.fit(DataLoader(set, batchSize: 50, shuffle: true), epochs: epochs)
  return model
}

_ = try train(epochs: 1, checkpoint: checkpoint)
let resumed = try train(epochs: 3, checkpoint: checkpoint)
let whole = try train(epochs: 3, checkpoint: folder.appending(path: "other.safetensors"))

let values = [whole, resumed].map { $0.parameters.map(\.value.scalars) }
print("the same bits:", values[0] == values[1])
try whole.save(to: folder.appending(path: "model.safetensors"))
try resumed.load(from: folder.appending(path: "model.safetensors"))
