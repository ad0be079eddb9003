// Learns to tell apart the pictures in your own folder, which has a folder for each class, and names
// the class of a picture.
import ArgumentParser
import Foundation
import Gannet
import GannetImages

@main
struct ImageClassifier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-classifier",
    abstract: "Learns the classes of your own pictures, and names the class of a picture.",
    subcommands: [Train.self, Predict.self])

  /// A ResNet of 20 layers for small pictures.
  static func network(classCount: Int) -> ResNet {
    ResNet.narrow(depth: 20, inputChannels: 3, classCount: classCount)
  }

  /// The transforms of all pictures, in training and prediction: resizing and normalizing.
  static func transforms(size: Int) -> Transforms {
    Transforms {
      Resize(height: size, width: size)
      Normalize.imageNet
    }
  }
}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Trains on a folder of pictures.")

  @Argument(help: "A folder with a folder of PNG and JPEG files for each class.")
  var folder: String
  @Option(help: "The file that gets the trained model.")
  var model = "image-classifier.safetensors"
  @Option(help: "The passes over the pictures.")
  var epochs = 30
  @Option(help: "The height and width to which pictures are brought.")
  var size = 64
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train for an epoch on pictures of 32 by 32, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0, (16...1_024).contains(size) else {
      throw ValidationError("Give --epochs from 1 and a --size from 16 to 1024.")
    }
  }

  func run() throws {
    seedRandom(seed)
    let pictures = try ImageFolder(
      contentsOf: URL(filePath: folder), skipsUnreadable: true, appliesOrientation: true)
    for fault in pictures.check() { print("Left out:", fault) }
    let parts = pictures.randomSplit(fractions: [0.8, 0.2], seed: seed)
    guard pictures.classNames.count > 1, parts[1].count > 0 else {
      throw FileError(
        .missing, path: folder, "expected two classes or more, and five pictures or more",
        advice: "Add folders of pictures.")
    }
    print("\(pictures.count) pictures of", pictures.classNames.joined(separator: ", "))

    let (size, epochs) = quick ? (32, 1) : (self.size, self.epochs)
    let training = parts[0].transformed {
      RandomResizedCrop(size)
      HorizontalFlip()
      ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.3)
      Normalize.imageNet
    }
    let validation = parts[1].transformed(by: ImageClassifier.transforms(size: size))

    let network = ImageClassifier.network(classCount: pictures.classNames.count)
    // The model of the epoch that did best on the pictures held out is kept.
    let file = URL(filePath: model)
    let trainer = Trainer(
      network, optimizer: AdamW(network.parameters), loss: .classification,
      callbacks: [
        Scheduling(.cosine(from: 2e-3, over: epochs)),
        BestCheckpoint(file, measurement: .accuracy, goal: .maximum),
      ])
    // No folder has a slash in its name.
    trainer.metadata["classes"] = pictures.classNames.joined(separator: "/")
    trainer.metadata["size"] = "\(size)"
    trainer.evaluationMean = .overExamples
    let history = try trainer.fit(
      DataLoader(training, batchSize: 32, shuffle: true, workers: 2),
      validation: DataLoader(validation, batchSize: 64), epochs: epochs)
    let best = history.epochs.map { $0.value(of: .accuracy) }.max() ?? 0
    print("accuracy on \(parts[1].count) pictures held out:", best)
    print("wrote", model)
  }
}

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Names the class of a picture.")

  @Argument(help: "A PNG or JPEG file.")
  var picture: String
  @Option(help: "The file of the trained model.")
  var model = "image-classifier.safetensors"

  func run() throws {
    let checkpoint = try Checkpoint(contentsOf: URL(filePath: model))
    guard let classes = checkpoint.metadata["classes"]?.split(separator: "/"),
      let size = checkpoint.metadata["size"].flatMap({ Int($0) }), size > 0
    else {
      throw FileError(.unsupported, path: model, "this is no model of image-classifier train")
    }
    let network = ImageClassifier.network(classCount: classes.count)
    try network.load(checkpoint.model)

    let image = try RasterImage(contentsOf: URL(filePath: picture), appliesOrientation: true)
    var stream = RandomStream(seed: 0)
    let input = try ImageClassifier.transforms(size: size)(image, using: &stream)
    let batch = Tensor(input.pixels, shape: [1, 3, size, size])
    let probabilities = network.evaluating { softmax(network(batch)) }.flattened()
    let best = probabilities.topK(min(3, classes.count))
    for (probability, index) in zip(best.values.scalars, best.indices.scalars) {
      print("\(classes[Int(index)]): \((1_000 * probability).rounded() / 10)%")
    }
  }
}
