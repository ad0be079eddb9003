import Foundation
import Gannet
import GannetImages
import GannetTensor

/// Benchmark of training ResNet-18 from a folder of pictures, with augmentation: the time of a step,
/// and the share of it spent waiting for the loader.
package struct LoadingBenchmark {
  package var folder: URL
  package var batchSize = 128
  package var workers = 2
  package var steps = 20
  package var warmup = 2
  /// The side of the images in pixels.
  package var side = 96

  package init(folder: URL) { self.folder = folder }

  /// The figures, by name.
  package func run() throws -> [String: Any] {
    #if Images
    let pictures = try ImageFolder(contentsOf: folder)
    let training = pictures.transformed {
      RandomResizedCrop(side)
      HorizontalFlip()
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4)
      Normalize.imageNet
    }
    func loader() -> DataLoader<TransformedImages<ImageFolder>> {
      DataLoader(
        training, batchSize: batchSize, shuffle: true, seed: 0, dropLast: true, workers: workers)
    }
    let model = ResNet.resNet18(inputChannels: 3, classCount: pictures.classNames.count)
    let optimizer = SGD(model.parameters, learningRate: 0.01)
    let times = try measured(loader()) { batch in
      optimizer.zeroGradients()
      crossEntropy(model(batch.images), batch.labels).backward()
      optimizer.step()
    }
    let alone = try measured(loader()) { _ in }
    let seconds = times.reduce(0) { $0 + $1.waiting + $1.working }
    let median = times.map { $0.waiting + $0.working }.sorted()[times.count / 2]
    return [
      "loading": folder.path, "pictures": pictures.count, "batch": batchSize, "side": side,
      "workers": workers, "threads": ThreadPool.shared.threadCount,
      "ms_per_step": median * 1_000,
      "waiting_share": times.reduce(0) { $0 + $1.waiting } / seconds,
      "pictures_per_s_loading_alone":
        Double(batchSize * alone.count) / alone.reduce(0) { $0 + $1.waiting + $1.working },
    ]
    #else
    fail("gannet-bench: --loading needs the package's trait Images")
    #endif
  }

  /// The seconds of each timed step that pass until its batch comes, and in `step`. Epochs follow
  /// one another.
  private func measured<Source>(
    _ loader: DataLoader<Source>, _ step: (Source.Batch) -> Void
  ) throws -> [(waiting: Double, working: Double)] {
    let clock = ContinuousClock()
    var times: [(waiting: Double, working: Double)] = []
    var batches = loader.makeIterator()
    while times.count < warmup + steps {
      let start = clock.now
      var batch = try batches.nextBatch()
      if batch == nil {
        batches = loader.makeIterator()
        batch = try batches.nextBatch()
      }
      guard let batch else { fail("gannet-bench: the folder has no batch of \(batchSize)") }
      let begin = clock.now
      step(batch)
      times.append(((begin - start) / .seconds(1), (clock.now - begin) / .seconds(1)))
    }
    return Array(times[warmup...])
  }
}
