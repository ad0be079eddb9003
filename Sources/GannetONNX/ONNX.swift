import Foundation
import GannetData
import GannetNN
import GannetTensor

/// Files of the Open Neural Network Exchange (ONNX), which other libraries and runtimes read.
public enum ONNX {
  /// Where the weights of a model are written.
  public enum Weights: Sendable {
    /// In the model's file, of 2 GB at most.
    case inside
    /// In a file beside it, whose name is that of the model's with `.data` behind it. Small ones stay
    /// inside.
    case beside
  }

  /// Writes `model` for inputs like `example`, as a graph of ONNX's operators in opset 20.
  ///
  ///     try ONNX.export(LeNet(), example: Tensor(zeros: [1, 1, 28, 28]), to: url)
  ///
  /// The graph is that of evaluation mode. Its input is named `input`, its result `output`; both take
  /// any number of examples. Weights have their names in the state dictionary; those that ONNX stores
  /// in another order, as a recurrent layer's, have that order's name behind it.
  ///
  /// - Parameters:
  ///   - model: The model, whose evaluation mode is written.
  ///   - example: An input, `[N, ...]`, with one example or more; its values are run through the model.
  ///   - timeAxis: The axis of the input that counts time steps, of which the graph takes any number, or,
  ///     where the model has tables or masks by step, as many as the example has, which must be three or
  ///     more; nil, by default, for the example's number alone.
  ///   - url: The file; an existing one is replaced only by a complete one.
  ///   - weights: Where weights are written; in the same file by default.
  /// - Throws: ``ONNXExportError`` where the model can't be written as a graph; `FileError` where the
  ///   file can't be written.
  #if !ONNX
  @available(*, unavailable, message: "ONNX needs the package's trait ONNX")
  #endif
  public static func export(
    _ model: some Layer, example: Tensor, timeAxis: Int? = nil, to url: URL,
    weights: Weights = .inside
  ) throws {
    try write(
      model, [Input("input", .tensor(example))], batchAxis: 0, timeAxis, to: url, weights
    ) { model($0[0].tensor) }
  }

  /// Writes `body`, which calls `model`, for inputs like `example`.
  ///
  /// - Parameters:
  ///   - model: The model, whose evaluation mode is written.
  ///   - example: An input with one example or more; its values are run through the model.
  ///   - batchAxis: The axis of the input that counts the examples; 0 by default.
  ///   - timeAxis: As that of ``export(_:example:timeAxis:to:weights:)``.
  ///   - url: The file; an existing one is replaced only by a complete one.
  ///   - weights: Where weights are written; in the same file by default.
  ///   - body: A function of the input and of `model`'s values alone.
  #if !ONNX
  @available(*, unavailable, message: "ONNX needs the package's trait ONNX")
  #endif
  public static func export(
    _ model: some Module, example: Tensor, batchAxis: Int = 0, timeAxis: Int? = nil, to url: URL,
    weights: Weights = .inside, _ body: (Tensor) -> Tensor
  ) throws {
    try write(
      model, [Input("input", .tensor(example))], batchAxis: batchAxis, timeAxis, to: url, weights
    ) { body($0[0].tensor) }
  }

  /// Writes `body`, which calls `model`, for tokens like `example`: an input `tokens` of 64-bit integers.
  ///
  ///     try ONNX.export(model, tokens: tokens, batchAxis: 1, timeAxis: 0, to: url) {
  ///       model($0, state: nil).logits
  ///     }
  #if !ONNX
  @available(*, unavailable, message: "ONNX needs the package's trait ONNX")
  #endif
  public static func export(
    _ model: some Module, tokens example: IntTensor, batchAxis: Int = 0, timeAxis: Int? = nil,
    to url: URL, weights: Weights = .inside, _ body: (IntTensor) -> Tensor
  ) throws {
    try write(
      model, [Input("tokens", .integers(example))], batchAxis: batchAxis, timeAxis, to: url, weights
    ) { body($0[0].integers) }
  }

  /// Writes `model` for sources and targets, `[N, S]` and `[N, T]`, and the sources' lengths, `[N]`:
  /// inputs `source`, `target` and `source_lengths` of 64-bit integers.
  #if !ONNX
  @available(*, unavailable, message: "ONNX needs the package's trait ONNX")
  #endif
  public static func export(
    _ model: some SequenceToSequenceModel, source: IntTensor, target: IntTensor,
    sourceLengths: IntTensor, to url: URL, weights: Weights = .inside
  ) throws {
    let inputs = [
      Input("source", .integers(source)), Input("target", .integers(target)),
      Input("source_lengths", .integers(sourceLengths)),
    ]
    try write(model, inputs, batchAxis: 0, nil, to: url, weights) {
      model($0[0].integers, $0[1].integers, sourceLengths: $0[2].integers)
    }
  }

  /// An input of a model, with its name in the file.
  package struct Input {
    let name: String
    let example: GraphValue

    package init(_ name: String, _ example: GraphValue) {
      (self.name, self.example) = (name, example)
    }
  }

  private static func write(
    _ model: some Module, _ inputs: [Input], batchAxis: Int, _ timeAxis: Int?, to url: URL,
    _ weights: Weights,
    _ body: ([GraphValue]) -> Tensor
  ) throws {
    #if ONNX
    let exported = try model.evaluating {
      guard let timeAxis else {
        return try ExportedModel(model, inputs, batchAxis: batchAxis, body)
      }
      let example = inputs[0].example
      guard example.shape.indices.contains(timeAxis), timeAxis != batchAxis,
        example.shape[timeAxis] > 2
      else {
        fail(
          "ONNX.export: an example of shape \(example.shape), expected three time steps along axis "
            + "\(timeAxis)")
      }
      let steps = example.shape[timeAxis]
      let models = try (0..<3).map { fewer in
        let part = example.sliced(0..<steps - fewer, along: timeAxis)
        return try ExportedModel(
          model, [Input(inputs[0].name, part)], batchAxis: batchAxis, sharesConstants: false, body)
      }
      return try TimeAxis.model(models, steps: steps, of: inputs[0].name, along: timeAxis)
    }
    try ModelFile(exported, to: url, weights).write()
    #else
    fail("ONNX: files need the package's trait ONNX")
    #endif
  }
}
