import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("TensorBoard's event files")
struct TensorBoardTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.url) }
  }

  private static func files(_ folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appending(path: $0) }
  }

  /// The events of the only file.
  private static func events(_ folder: URL) throws -> EventReader {
    let files = try files(folder)
    #expect(files.count == 1 && files[0].lastPathComponent.hasPrefix("events.out.tfevents."))
    return try EventReader(files[0])
  }

  @Test("the reader's checksum is Castagnoli's")
  func checksum() { #expect(EventReader.checksum("123456789".utf8) == 0xe306_9283) }

  @Test("losses, gradient norms and rates of steps, and the measurements of epochs")
  func scalars() throws {
    try Self.withFolder { folder in
      var (losses, norms): ([Float], [Float]) = ([], [])
      let hooks = Hooks(onStep: { progress in
        losses.append(Float(progress.loss))
        norms.append(Float(progress.gradientNorm ?? .nan))
      })
      let trainer = TrainerTests.trainer(
        TrainerTests.network(), callbacks: [TensorBoard(folder, everySteps: 2), hooks])
      trainer.clipNorm = 0.5
      let loader = TrainerTests.task()
      // Six steps an epoch.
      let history = try trainer.fit(loader, validation: loader, everySteps: 4, epochs: 2)

      let events = try Self.events(folder)
      #expect(events.events[0].version == "brain.Event:2" && events.events[0].values.isEmpty)
      #expect(events.events.allSatisfy { abs($0.wallTime - Date().timeIntervalSince1970) < 600 })
      let loss = events.scalars("training/loss")
      #expect(loss.map(\.step) == [2, 4, 6, 8, 10, 12])
      #expect(loss.map(\.value) == [1, 3, 5, 7, 9, 11].map { losses[$0] })
      #expect(
        events.scalars("training/gradient norm").map(\.value)
          == [1, 3, 5, 7, 9, 11].map { norms[$0] })
      #expect(
        events.scalars("training/learning rate").map(\.value) == Array(repeating: 0.5, count: 6))
      #expect(
        events.scalars("training/epoch loss").map(\.value)
          == history.epochs.map { Float($0.trainingLoss) })
      let accuracy = events.scalars("validation/accuracy")
      #expect(accuracy.map(\.step) == [4, 6, 8, 12, 12])
      #expect(accuracy[1].value == Float(history.epochs[0].value(of: .accuracy)))
      #expect(accuracy[4].value == Float(history.epochs[1].value(of: .accuracy)))
      #expect(accuracy[0].value == Float(try #require(history.validations[0][.accuracy])))
    }
  }

  @Test("histograms of the parameters by their names, every few epochs")
  func histograms() throws {
    try Self.withFolder { folder in
      let model = TrainerTests.network()
      let board = TensorBoard(folder, histogramsEveryEpochs: 2)
      try TrainerTests.trainer(model, callbacks: [board]).fit(TrainerTests.task(), epochs: 3)
      let values = try Self.events(folder).events.flatMap(\.values).filter { $0.histogram != nil }
      #expect(values.map(\.tag) == model.parameters.names)
      for (parameter, value) in zip(model.parameters, values) {
        let histogram = try #require(value.histogram)
        #expect(histogram.double(3) == Double(parameter.shape.elementCount))
        #expect(histogram.doubles(7).reduce(0, +) == Double(parameter.shape.elementCount))
      }
    }
  }

  @Test("a histogram counts what is finite in bins of equal width, and has its moments")
  func bins() throws {
    try Self.withFolder { folder in
      let board = TensorBoard(folder)
      let values: [Float] = [0, 0, 1, 2.95, 3, .nan, .infinity]
      try board.addHistogram("mixed", Tensor(values, shape: [7]), step: 3)
      try board.addHistogram("equal", Tensor(ones: [2, 2]), step: 4)
      try board.addHistogram("nothing", Tensor([.nan], shape: [1]), step: 5)
      let events = try Self.events(folder).events.dropFirst()
      #expect(events.map(\.step) == [3, 4, 5])
      let histograms = try events.map { try #require($0.values[0].histogram) }
      let mixed = histograms[0]
      #expect(abs(try #require(mixed.double(4)) - 6.95) < 1e-5)
      #expect(mixed.double(1) == 0 && mixed.double(2) == 3 && mixed.double(3) == 5)
      #expect(abs(try #require(mixed.double(5)) - 18.7025) < 1e-5)
      let (ends, counts) = (mixed.doubles(6), mixed.doubles(7))
      #expect(ends.count == 30 && counts.count == 30 && ends == ends.sorted())
      #expect(counts[0] == 2 && counts[10] == 1 && counts[29] == 2 && ends[29] == 3)
      #expect(histograms[1].doubles(6) == [1] && histograms[1].doubles(7) == [4])
      #expect(histograms[2].double(3) == 0 && histograms[2].doubles(7) == [0])
    }
  }

  @Test("images are PNG files of the values from 0 to 1")
  func images() throws {
    try Self.withFolder { folder in
      let board = TensorBoard(folder)
      try board.addImage("grey", Tensor([0, 0.5, 1, -3, 7, .nan], shape: [2, 3]), step: 1)
      try board.addImage("color", Tensor([1, 0, 0, 1, 0, 0.2], shape: [3, 1, 2]), step: 2)
      try board.addScalar("own", 2.5, step: 3)
      let events = try Self.events(folder)
      let images = try events.events[1...2].map { try #require($0.values[0].image) }
      #expect(
        images[0].integers == [1: 2, 2: 3, 3: 1] && images[1].integers == [1: 1, 2: 2, 3: 3])
      let grey = RasterImage(height: 2, width: 3, channels: 1, pixels: [0, 128, 255, 0, 255, 0])
      let color = RasterImage(height: 1, width: 2, pixels: [255, 0, 0, 0, 255, 51])
      #expect(images[0].bytes[4] == [grey.pngBytes] && images[1].bytes[4] == [color.pngBytes])
      #expect(events.scalars("own").map(\.value) == [2.5])
    }
  }

  @Test("a resumed training goes on in its file, as if it had not been interrupted")
  func resumed() throws {
    try Self.withFolder { folder in
      let validation = TrainerTests.task(shuffle: false)
      func trainer(_ name: String, _ others: any Callback...) -> Trainer<Batch<Tensor, IntTensor>> {
        TrainerTests.trainer(
          TrainerTests.network(),
          callbacks: [TensorBoard(folder.appending(path: name), everySteps: 1)] + others)
      }
      try trainer("whole", Checkpoints(folder.appending(path: "other"), everySteps: 4))
        .fit(TrainerTests.task(), validation: validation, epochs: 3)

      // A checkpoint after step 8, events up to step 9, and a record that was being written.
      let state = folder.appending(path: "state")
      let killed = trainer("cut", Checkpoints(state, everySteps: 4), Budget(steps: 8))
      try killed.fit(TrainerTests.task(), validation: validation, epochs: 3)
      let saved = try Data(contentsOf: state)
      killed.callbacks.removeLast()
      killed.callbacks.append(Budget(steps: 9))
      try killed.fit(TrainerTests.task(), validation: validation, epochs: 3)
      try saved.write(to: state)
      let file = try Self.files(folder.appending(path: "cut"))[0]
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data([40, 0, 0, 0, 0, 0, 0, 0, 1, 2]))
      try handle.close()

      let resumed = trainer("cut", Checkpoints(state, everySteps: 4))
      try resumed.resume(from: state)
      #expect(resumed.stepCount == 8)
      try resumed.fit(TrainerTests.task(), validation: validation, epochs: 3)
      let events = try Self.events(folder.appending(path: "cut")).events
      let whole = try Self.events(folder.appending(path: "whole")).events
      #expect(events.map(\.step) == whole.map(\.step))
      #expect(
        events.map { $0.values.map { "\($0.tag) \($0.scalar?.bitPattern ?? 0)" } }
          == whole.map { $0.values.map { "\($0.tag) \($0.scalar?.bitPattern ?? 0)" } })
      #expect(events.count == 1 + 18 + 3)
    }
  }

  @Test("where the file of a checkpoint is gone or another, a new one begins")
  func lost() throws {
    try Self.withFolder { folder in
      let (runs, state) = (folder.appending(path: "runs"), folder.appending(path: "state"))
      func trainer() -> Trainer<Batch<Tensor, IntTensor>> {
        TrainerTests.trainer(
          TrainerTests.network(),
          callbacks: [TensorBoard(runs, everySteps: 1), Checkpoints(state)])
      }
      try trainer().fit(TrainerTests.task(), epochs: 1)
      let file = try Self.files(runs)[0]
      let size = try Data(contentsOf: file).count
      let other = Data(repeating: 7, count: size + 100)
      try other.write(to: file)

      let resumed = trainer()
      try resumed.resume(from: state)
      try resumed.fit(TrainerTests.task(), epochs: 2)
      let files = try Self.files(runs)
      #expect(files.count == 2)
      #expect(try Data(contentsOf: file) == other)
      let added = try #require(files.first { $0.lastPathComponent != file.lastPathComponent })
      #expect(try EventReader(added).scalars("training/loss").map(\.step) == Array(7...12))
    }
  }

  @Test("a folder that cannot be made ends the training by an error that names it")
  func unwritable() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let board = TensorBoard(file.appending(path: "runs"))
      let error = #expect(throws: FileError.self) { try board.addScalar("loss", 1, step: 1) }
      #expect(error?.kind == .unwritable && error?.path.hasSuffix("runs") == true)
    }
  }

  @Test("what makes no sense stops with a message")
  func misuse() async {
    let interval = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TensorBoard(URL(fileURLWithPath: "/nowhere"), everySteps: 0)
    }
    expectMessage(interval, "TensorBoard: every 0 steps")
    let image = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try TensorBoard(URL(fileURLWithPath: "/nowhere"))
        .addImage("x", Tensor(ones: [2, 3, 4]), step: 0)
    }
    expectMessage(image, "TensorBoard.addImage: shape [2, 3, 4], expected [C, H, W]")
  }
}
