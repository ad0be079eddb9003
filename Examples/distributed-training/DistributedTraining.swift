// Trains a convolutional network on Fashion-MNIST on several ranks, which are processes on one machine
// or many:
//
//     scripts/distributed -n 4 distributed-training
import ArgumentParser
import Foundation
import Gannet
import GannetMPI

@main
struct DistributedTraining: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distributed-training",
    abstract: "Trains a convolutional network on all ranks that scripts/distributed has started.")

  @Option(help: "A folder with Fashion-MNIST's files; by default they are found or downloaded.")
  var data: String?
  @Option(help: "The file of the training's state, from which it goes on after an interruption.")
  var model = "distributed-training.safetensors"
  @Option(help: "The passes over the images.")
  var epochs = 5
  @Option(help: "The images of a step, on all ranks together.")
  var batch = 256
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train for an epoch on 512 images, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0, batch > 0 else { throw ValidationError("Give --epochs and --batch from 1.") }
  }

  func run() throws {
    // Joins the other ranks. A rank that fails or hangs ends all of them.
    let world = try World()
    seedRandom(seed)
    let folder = data.map { URL(filePath: $0) }
    let training = try FashionMNIST(split: .train, directory: folder).images
    let test = try FashionMNIST(split: .test, directory: folder).images
    let part = { (set: ImageDataset, count: Int) in
      Subset(set, indices: 0..<(quick ? count : set.count))
    }
    let augmented = part(training, 512).transformed {
      RandomCrop(28, padding: 2)
      HorizontalFlip()
    }

    let network = BatchNormLeNet()
    let file = URL(filePath: model)
    let trainer = Trainer(
      network, optimizer: AdamW(network.parameters), loss: .classification, distribution: world,
      callbacks: [Checkpoints(file, everySteps: 100)])
    trainer.evaluationMean = .overExamples
    // With scripts/distributed --restart 3, a training goes on after a rank has died.
    try trainer.resumeIfThere(from: file)
    // Each rank computes its share of every batch, and all take the same step.
    let history = try trainer.fit(
      DataLoader(augmented, batchSize: batch, shuffle: true),
      validation: DataLoader(part(test, 256), batchSize: 250), epochs: quick ? 1 : epochs)
    if world.isFirst, let last = history.epochs.last {
      print("\(world.rankCount) ranks, accuracy", last.value(of: .accuracy))
      print("wrote", model)
    }
  }
}
