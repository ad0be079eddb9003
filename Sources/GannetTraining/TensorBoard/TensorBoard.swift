import Foundation
import GannetData
import GannetTensor

/// Writes a training's measurements to an event file, which TensorBoard shows:
/// `tensorboard --logdir runs`.
///
///     let board = TensorBoard(URL(filePath: "runs/resnet"))
///     let trainer = Trainer(
///       model, optimizer: optimizer, loss: .classification, callbacks: [board, Checkpoints(file)])
///
/// Scalars are `training/loss`, `training/gradient norm` (with clipping) and `training/learning rate`
/// of steps, `training/epoch loss`, and `validation/` with the name of each measurement; histograms
/// are those of the parameters by their names. All have the number of steps taken as their step.
/// Values of your own are added by ``addScalar(_:_:step:)``, ``addHistogram(_:_:step:)`` and `addImage`,
/// of a tensor or a picture.
///
/// Before ``Checkpoints``, it makes a resumed training go on in its file: events after the checkpoint
/// are removed, since they are written again. Any other training begins a file of its own. On several
/// ranks, the first writes, and alone adds values of your own.
public final class TensorBoard: Callback {
  /// The folder of the event files, a run's own.
  public let folder: URL
  private let interval: Int
  private let histogramInterval: Int?
  private var file: EventFile?
  /// The file and its size at the checkpoint that was resumed, until it is opened.
  private var place: Place?

  private struct Place: Codable {
    let file: String
    let size: Int
  }

  /// Makes a callback that writes to `folder`; stops at intervals below 1.
  ///
  /// - Parameters:
  ///   - folder: The folder of the event files, which is made where it is missing.
  ///   - interval: The number of steps between scalars of steps; 10 by default.
  ///   - histogramInterval: The number of epochs between histograms of the parameters; 1 by default,
  ///     nil for none.
  public init(
    _ folder: URL, everySteps interval: Int = 10, histogramsEveryEpochs histogramInterval: Int? = 1
  ) {
    guard interval >= 1, histogramInterval ?? 1 >= 1 else {
      fail(
        "TensorBoard: every \(interval) steps, histograms every \(histogramInterval ?? 1) epochs, "
          + "expected at least 1")
    }
    self.folder = folder
    self.interval = interval
    self.histogramInterval = histogramInterval
  }

  // MARK: Events of a training

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    guard training.stepCount % interval == 0 else { return }
    try write(training) { summary in
      summary.add(scalar: progress.loss, tag: "training/loss")
      if let norm = progress.gradientNorm {
        summary.add(scalar: norm, tag: "training/gradient norm")
      }
      let rate = Double(training.optimizer.learningRate)
      summary.add(scalar: rate, tag: "training/learning rate")
    }
  }

  public func validationDidEnd(
    _ training: any Training, _ validation: History.Validation
  ) throws {
    try write(training) { Self.add(validation.values, to: &$0) }
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    try write(training) { summary in
      summary.add(scalar: epoch.trainingLoss, tag: "training/epoch loss")
      Self.add(epoch.validation, to: &summary)
      guard let histogramInterval, (epoch.index + 1) % histogramInterval == 0 else { return }
      let parameters = training.model.parameters
      for (name, parameter) in zip(parameters.names, parameters) {
        summary.add(histogram: HistogramSummary(parameter.value), tag: name)
      }
    }
  }

  /// The file and its size; nil before the first event.
  public func savedState() throws -> Data? {
    try file?.synchronize()
    let place = file.map { Place(file: $0.url.lastPathComponent, size: $0.size) } ?? place
    return try place.map { try JSONEncoder().encode($0) }
  }

  public func restore(_ state: Data) throws {
    place = try JSONDecoder().decode(Place.self, from: state)
    file = nil
  }

  private static func add(_ measurements: [String: Double], to summary: inout Summary) {
    for (name, value) in measurements.sorted(by: { $0.key < $1.key }) {
      summary.add(scalar: value, tag: "validation/\(name)")
    }
  }

  private func write(_ training: any Training, _ fill: (inout Summary) -> Void) throws {
    try training.onWriter(for: "TensorBoard's events") {
      try write(step: training.stepCount, fill)
    }
  }

  // MARK: Values of your own

  /// Adds a number under `tag`, such as `text/BLEU`.
  ///
  /// - Throws: `FileError` where the file cannot be written.
  public func addScalar(_ tag: String, _ value: Double, step: Int) throws {
    try write(step: step) { $0.add(scalar: value, tag: tag) }
  }

  /// Adds the distribution of a tensor's elements over 30 bins of equal width; those that are not
  /// finite are left out.
  ///
  /// - Throws: `FileError` where the file cannot be written.
  public func addHistogram(_ tag: String, _ values: Tensor, step: Int) throws {
    try write(step: step) { $0.add(histogram: HistogramSummary(values), tag: tag) }
  }

  /// Adds an image `[C, H, W]` of 1 or 3 channels, or `[H, W]`, of values from 0 to 1; others are
  /// clamped, and NaN is black.
  ///
  /// - Throws: `FileError` where the file cannot be written.
  public func addImage(_ tag: String, _ image: Tensor, step: Int) throws {
    let shape = image.shape
    guard shape.rank == 2 || shape.rank == 3 && [1, 3].contains(shape[0]), !image.scalars.isEmpty
    else {
      failShape("TensorBoard.addImage", shape, expected: "[C, H, W] of 1 or 3 channels, or [H, W]")
    }
    let planes = image.scalars.map { value in
      value > 0 ? UInt8((min(value, 1) * 255).rounded()) : 0
    }
    let picture = RasterImage(
      height: shape[shape.rank - 2], width: shape[shape.rank - 1],
      channels: shape.rank == 3 ? shape[0] : 1, planes: planes)
    try addImage(tag, picture, step: step)
  }

  /// Adds a picture of 1 or 3 channels.
  ///
  /// - Throws: `FileError` where the file cannot be written.
  public func addImage(_ tag: String, _ image: RasterImage, step: Int) throws {
    try write(step: step) { $0.add(image: image, tag: tag) }
  }

  private func write(step: Int, _ fill: (inout Summary) -> Void) throws {
    var summary = Summary()
    fill(&summary)
    try openedFile().append(summary, step: step)
  }

  /// The file, opened where the resumed training left it, or a new one.
  private func openedFile() throws -> EventFile {
    if let file { return file }
    let continued = try place.flatMap { place -> EventFile? in
      // A name, wherever the checkpoint is from.
      let name = URL(fileURLWithPath: place.file).lastPathComponent
      return try EventFile(at: folder.appending(path: name), continuedFrom: place.size)
    }
    let opened = try continued ?? EventFile(in: folder)
    file = opened
    place = nil
    return opened
  }
}
