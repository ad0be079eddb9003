// Trains a network twice with one seed, on one thread and on several, and compares all weights bit by bit.
//
// swift run -c release Reproducibility
import Gannet

// snippet.seed
func trained(threads: Int) throws -> [Float] {
  ThreadPool.shared.threadCount = threads
  seedRandom(7)
  let model = Sequential {
    Linear(16, 128)
    ReLU()
    Dropout(0.5)
    Linear(128, 4)
  }
  let x = Tensor(normal: [512, 16])
  let set = TensorDataset(features: x, labels: x.sliced(0..<4, along: 1).argmax(along: 1))
  let trainer = Trainer(
    model, optimizer: Adam(model.parameters), loss: .classification, showsProgress: false)
  try trainer.fit(DataLoader(set, batchSize: 64, shuffle: true), epochs: 3)
  return model.parameters.flatMap(\.value.scalars)
}
print("the same bits:", try trained(threads: 1) == trained(threads: 3))
// snippet.local
let draws = withRandomSeed(3) { Tensor(normal: [4]) }
let again = withRandomSeed(3) { Tensor(normal: [4]) }
// snippet.stream
var stream = RandomStream(seed: 3, stream: 1)  // a value: copied, saved, set to a position
let permutation = IntTensor(permutation: 10, using: &stream)
// snippet.end
print("the same draws:", draws.scalars == again.scalars, permutation)
