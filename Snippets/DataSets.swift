// Data of your own: tensors, tables, a data set written by hand, augmented pictures, mixed batches.
//
// swift run -c release DataSets
import Gannet

// snippet.tensors
let set = TensorDataset(
  features: Tensor(normal: [100, 4]), labels: IntTensor((0..<100).map { $0 % 3 }))
let parts = set.randomSplit(fractions: [0.8, 0.2], seed: 0)
let loader = DataLoader(parts[0], batchSize: 16, shuffle: true)
for batch in loader { print(batch.features.shape, batch.labels.shape) }
// snippet.table
let table = try CSVTable(
  text: """
    area,rooms,city,price
    71,3,Bern,540
    52,2,Basel,NA
    120,5,Basel,910
    """)
let numbers = try table.numbers(["area", "rooms"])
let cities = try table.oneHot("city")
let prices = try table.numbers(["price"], missing: .value(0))
let standardizer = Standardizer(fitting: numbers)  // kept, for rows that come later
let features = concatenate([standardizer(numbers), cities], along: 1)
let houses = TensorDataset(features: features, targets: prices)
// snippet.own
/// Waves of a random phase, made as they are needed.
struct Waves: Dataset {
  let count = 64

  func batch(at indices: [Int]) throws -> sending Batch<Tensor, IntTensor> {
    try batch(at: indices, using: indices.map { RandomStream(seed: UInt64($0)) })
  }

  // Draws are of the example's stream: the same for any batch size and number of workers.
  func batch(
    at indices: [Int], using streams: [RandomStream]
  ) throws -> sending Batch<Tensor, IntTensor> {
    let waves = zip(indices, streams).map { index, stream in
      var stream = stream
      let phase = Tensor(uniform: [1], high: 6, using: &stream)
      return sin(Tensor(rangeFrom: 0, to: 32) * Float(index % 2 + 1) / 4 + phase)
    }
    return Batch(inputs: stack(waves), targets: IntTensor(indices.map { $0 % 2 }))
  }
}
// snippet.images
let images = ImageDataset(
  pixels: (0..<40 * 3 * 32 * 32).map { UInt8(truncatingIfNeeded: $0) },
  labels: (0..<40).map { UInt8($0 % 10) }, channels: 3, height: 32, width: 32,
  classNames: CIFAR10.classNames)
let augmented = images.transformed {
  RandomCrop(32, padding: 4)
  HorizontalFlip()
  ColorJitter(brightness: 0.2, contrast: 0.2)
  Normalize.imageNet
  RandomErasing(0.25)
}
// snippet.mixing
let mixed = augmented.mixed(by: MixUp(alpha: 0.2, classes: 10))  // targets are shares, [N, 10]
// snippet.end
for batch in DataLoader(Waves(), batchSize: 16, shuffle: true, workers: 2) {
  print(batch.inputs.shape)
}
for batch in DataLoader(mixed, batchSize: 20, workers: 2) { print(batch.targets.shape) }
print(houses.count, "houses")
