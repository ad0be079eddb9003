// A classifier of your own pictures, from a folder to a prediction: the folder has a folder of JPEG and PNG files for
// each class. Without one, it draws stripes of two kinds.
//
// swift run -c release --traits Programs,Images ImageClassifier [FOLDER] [--quick]
import Foundation
import Gannet
import GannetImages

#if Images
let isQuick = CommandLine.arguments.contains("--quick")
let path = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("--") }
let url = try path.map { URL(filePath: $0) } ?? drawnPictures()
// snippet.read
let folder = try ImageFolder(contentsOf: url)
for fault in folder.check() { print(fault) }  // each picture that cannot be read
let parts = folder.randomSplit(fractions: [0.75, 0.25], seed: 0)

let training = parts[0].transformed {
  RandomResizedCrop(64)
  HorizontalFlip()
  Normalize.imageNet
}
let preparation = Transforms {
  Resize(72)
  CenterCrop(64)
  Normalize.imageNet
}
let validation = parts[1].transformed(by: preparation)
// snippet.model
seedRandom(0)
let model = ResNet.torchvision(depth: 18, classCount: folder.classNames.count)
// With torchvision's weights: try model.load(from: weights, excluding: "fc.*")
// snippet.train
let best = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
let epochs = isQuick ? 1 : 10
let trainer = Trainer(
  model, optimizer: AdamW(model.parameters), loss: .classification,
  callbacks: [
    Scheduling(.cosine(from: 1e-3, over: epochs)),
    BestCheckpoint(best, measurement: .accuracy, goal: .maximum),
  ])
try trainer.fit(
  DataLoader(training, batchSize: 16, shuffle: true, workers: 2),
  validation: DataLoader(validation, batchSize: 16), epochs: epochs)
// snippet.predict
try model.load(Checkpoint(contentsOf: best).model)
let picture = try RasterImage(contentsOf: folder.files[0])
var stream = RandomStream(seed: 0)  // what random transforms would draw from
let image = try preparation(picture, using: &stream)
let x = Tensor(image.pixels, shape: image.shape).unsqueezed(at: 0)

let predictor = try Predictor(model, example: x)
let probabilities = softmax(predictor(x))
let (shares, classes) = probabilities.topK(2)
for (share, index) in zip(shares.scalars, classes.scalars) {
  print(folder.classNames[Int(index)], share)
}
// snippet.end

/// A folder of two classes, of pictures with upright and level stripes.
func drawnPictures() throws -> URL {
  let upright =
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAoCAIAAAA35e4mAAAAPUlEQVR42u3OIRUAQAhEQeLQP88lQVGAkyhm35crJuqz"
    + "lzm2/Q8gICAgICAgICAgICAgICAgICAgIKBLoAaMkGJiWQyh7wAAAABJRU5ErkJggg=="
  let level =
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAoCAIAAAA35e4mAAAAQUlEQVR42u3WQQ0AMAgDQJSgBP+Zpr2QAQnXIOBepfGX"
    + "JYCAgM6Bst6qAwICugfS1EBAQPaQ1wEEZA9paiAgoNE0/siV8eX6YikAAAAASUVORK5CYII="
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  for (name, picture) in ["upright": upright, "level": level] {
    let place = folder.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for index in 0..<8 {
      try Data(base64Encoded: picture)!.write(to: place.appending(path: "\(index).png"))
    }
  }
  return folder
}
#else
print("Reading pictures needs the package's trait Images: --traits Programs,Images")
#endif
