import GannetData
import GannetTensor

/// The loss of a training and the measurements of its evaluation, as functions of the model and a
/// batch. The trainer gives it the model:
///
///     Trainer(model, optimizer: Adam(model.parameters), loss: .classification)
///
/// A custom one is a closure, `loss: { model, batch in ... }`, or a static property in an
/// extension, as ``classification`` is:
///
///     extension Objective where Model: Layer, Batch == GannetData.Batch<Tensor, Tensor> {
///       static var robust: Objective {
///         Objective(
///           predictions: { $0($1.inputs) }, loss: { huberLoss($0, $1.targets) },
///           measurements: { [("error", Double(meanAbsoluteError($0, $1.targets).scalar))] })
///       }
///     }
public struct Objective<Model, Batch> {
  /// A named mean over a batch.
  public typealias Measurement = (name: String, value: Double)

  /// The evaluation of a batch.
  struct Evaluation {
    let measurements: [Measurement]
    /// The predictions that the measurements are of, for metrics; nil where they are not known.
    var predictions: Tensor?
  }

  /// The loss of a batch, a recorded scalar.
  public let loss: (Model, Batch) -> Tensor
  /// The evaluation of a batch by one forward pass, without gradients.
  let evaluation: (Model, Batch) -> Evaluation
  /// Whether an evaluation has predictions.
  let givesPredictions: Bool
  /// The number of terms of which a batch's loss is the mean. It is the weight of the batch where
  /// several make one step, and in an evaluation over examples.
  public let weight: (Batch) -> Double
  /// The names of measurements whose mean over examples is geometric.
  let geometricMeans: Set<String>

  /// Makes an objective of predictions: an evaluation computes them once for the loss, the
  /// measurements and the trainer's metrics.
  ///
  /// - Parameters:
  ///   - predictions: The predictions for a batch, such as logits.
  ///   - loss: The loss of the predictions, a scalar, measured as `loss`.
  ///   - measurements: Further measurements of the predictions, each a mean over the batch's
  ///     examples; none by default.
  ///   - weight: The number of terms of which the loss is the mean, such as that of the tokens that
  ///     are not padding; by default ``exampleCount(of:)``.
  public init(
    predictions: @escaping (Model, Batch) -> Tensor,
    loss: @escaping (Tensor, Batch) -> Tensor,
    measurements: @escaping (Tensor, Batch) -> [Measurement] = { _, _ in [] },
    weight: @escaping (Batch) -> Double = Self.exampleCount
  ) {
    self.init(
      loss: { loss(predictions($0, $1), $1) }, weight: weight,
      evaluation: { model, batch in
        let predictions = predictions(model, batch)
        let loss = Double(loss(predictions, batch).scalar)
        return Evaluation(
          measurements: [("loss", loss)] + measurements(predictions, batch),
          predictions: predictions)
      })
  }

  /// Makes an objective whose predictions are not known apart from its loss.
  ///
  /// - Parameters:
  ///   - loss: The loss of a batch, a recorded scalar.
  ///   - measurements: The measurements of a batch, each a mean over its examples; by default only
  ///     `loss`.
  ///   - weight: The number of terms of which the loss is the mean; by default
  ///     ``exampleCount(of:)``.
  public init(
    loss: @escaping (Model, Batch) -> Tensor,
    measurements: ((Model, Batch) -> [Measurement])? = nil,
    weight: @escaping (Batch) -> Double = Self.exampleCount
  ) {
    let measurements = measurements ?? { [("loss", Double(loss($0, $1).scalar))] }
    self.init(
      loss: loss, givesPredictions: false, weight: weight,
      evaluation: { Evaluation(measurements: measurements($0, $1)) })
  }

  init(
    loss: @escaping (Model, Batch) -> Tensor, givesPredictions: Bool = true,
    weight: @escaping (Batch) -> Double, geometricMeans: Set<String> = [],
    evaluation: @escaping (Model, Batch) -> Evaluation
  ) {
    self.loss = loss
    self.givesPredictions = givesPredictions
    self.weight = weight
    self.geometricMeans = geometricMeans
    self.evaluation = evaluation
  }

  /// The number of examples of an ``ExampleCounting`` batch, as `Batch` is, and 1 for others.
  public static func exampleCount(of batch: Batch) -> Double {
    Double((batch as? any ExampleCounting)?.exampleCount ?? 1)
  }

  /// The measurements of a batch.
  public func measurements(_ model: Model, _ batch: Batch) -> [Measurement] {
    evaluation(model, batch).measurements
  }

  /// The objective of batches alone, for one model.
  func bound(to model: Model) -> Objective<Void, Batch> {
    Objective<Void, Batch>(
      loss: { loss(model, $1) }, givesPredictions: givesPredictions, weight: weight,
      geometricMeans: geometricMeans,
      evaluation: {
        let result = evaluation(model, $1)
        return .init(measurements: result.measurements, predictions: result.predictions)
      })
  }
}
