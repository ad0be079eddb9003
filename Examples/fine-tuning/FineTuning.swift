// Fine-tunes a ResNet-18 with torchvision's weights to the pictures in your own folder, which has a
// folder for each class. Only the last stage and a new classification layer are trained.
import ArgumentParser
import Foundation
import Gannet
import GannetImages

@main
struct FineTuning: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fine-tuning",
    abstract: "Fine-tunes torchvision's ResNet-18 to your own pictures.")

  @Argument(help: "A folder with a folder of PNG and JPEG files for each class.")
  var folder: String
  @Option(help: "torchvision's weights of resnet18: a .pth file of torch.save, or safetensors.")
  var weights: String
  @Option(help: "The file that gets the trained weights; the classes' names go beside it, in .txt.")
  var model = "fine-tuned.safetensors"
  @Option(help: "The passes over the pictures.")
  var epochs = 5
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train for an epoch on pictures of 64 by 64, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0 else { throw ValidationError("Give --epochs from 1.") }
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

    // The pictures as the weights know them.
    let size = quick ? 64 : 224
    let training = parts[0].transformed {
      RandomResizedCrop(size)
      HorizontalFlip()
      Normalize.imageNet
    }
    let validation = parts[1].transformed {
      Resize(height: size, width: size)
      Normalize.imageNet
    }

    let network = try ResNet.resNet18(
      weights: URL(filePath: weights), classCount: pictures.classNames.count)
    // Frozen batch norms keep their statistics, too.
    network.freeze()
    network.unfreeze("layer4.*")
    network.unfreeze("fc.*")
    let optimizer = AdamW(groups: [
      ParameterGroup(network.parameters.matching("layer4.*"), learningRate: 1e-4),
      ParameterGroup(network.parameters.matching("fc.*"), learningRate: 1e-3),
    ])

    let trainer = Trainer(network, optimizer: optimizer, loss: .classification)
    trainer.evaluationMean = .overExamples
    let history = try trainer.fit(
      DataLoader(training, batchSize: 32, shuffle: true, workers: 2),
      validation: DataLoader(validation, batchSize: 32), epochs: quick ? 1 : epochs)
    if let last = history.epochs.last {
      print("accuracy on \(parts[1].count) pictures held out:", last.value(of: .accuracy))
    }

    // PyTorch reads this file, too: resnet18(num_classes=...).load_state_dict(load_file(path))
    let file = URL(filePath: model)
    try network.save(to: file)
    let names = file.deletingPathExtension().appendingPathExtension("txt")
    try pictures.classNames.joined(separator: "\n")
      .write(to: names, atomically: true, encoding: .utf8)
    print("wrote \(model) and \(names.lastPathComponent)")
  }
}
