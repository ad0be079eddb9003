#if ONNX
import GannetONNX

/// A model of one node, whose file declares what it takes.
struct OperatorSample {
  private(set) var model: NodeModel

  /// Makes a model whose inputs are floats of the shapes `floats`, then integers of the shapes `integers`,
  /// then constants.
  init(
    _ type: String, _ floats: [[Int]] = [], integers: [[Int]] = [], constants: [[Int64]] = [],
    _ attributes: [String: Onnx_AttributeProto] = [:], results: Int = 1
  ) {
    let names = (0..<floats.count + integers.count).map { "x\($0)" }
    let outputs = (0..<results).map { "y\($0)" }
    model = NodeModel(opset: 28, inputs: names, outputs: outputs)
    for (index, shape) in (floats + integers).enumerated() {
      model.declare(index, index < floats.count ? .float : .int64, shape)
    }
    for (index, constant) in constants.enumerated() { model.add("c\(index)", constant) }
    model.add(type, names + constants.indices.map { "c\($0)" }, outputs, attributes)
  }
}

/// Operators that are read but not written, for tests with damaged files.
enum OperatorSamples {
  static let all: [OperatorSample] = [
    OperatorSample(
      "Attention", [[2, 4, 3, 4], [2, 2, 5, 4], [2, 2, 5, 6], [3, 5]],
      ["is_causal": .int(1), "softcap": .float(2), "left_window_size": .int(2)]),
    OperatorSample(
      "Attention",
      [[2, 3, 8], [2, 3, 4], [2, 3, 4], [2, 1, 3, 5], [2, 1, 2, 4], [2, 1, 2, 4]],
      ["q_num_heads": .int(2), "kv_num_heads": .int(1), "qk_matmul_output_mode": .int(2)],
      results: 4),
    OperatorSample(
      "RotaryEmbedding", [[2, 3, 4, 6], [5, 2], [5, 2]], integers: [[2, 4]],
      ["rotary_embedding_dim": .int(4), "interleaved": .int(1)]),
    OperatorSample(
      "NegativeLogLikelihoodLoss", [[2, 3, 4]], integers: [[2, 4]], ["ignore_index": .int(1)]),
    OperatorSample("SoftmaxCrossEntropyLoss", [[4, 3]], integers: [[4]], results: 2),
    OperatorSample(
      "GridSample", [[2, 3, 4, 5], [2, 3, 2, 2]],
      ["mode": .string("cubic"), "padding_mode": .string("reflection")]),
    OperatorSample("AffineGrid", [[2, 2, 3]], constants: [[2, 3, 4, 5]]),
    OperatorSample("NonMaxSuppression", [[2, 6, 4], [2, 3, 6]], constants: [[3]]),
    OperatorSample(
      "RoiAlign", [[3, 2, 6, 6], [4, 4]], integers: [[4]],
      ["output_height": .int(2), "output_width": .int(3), "sampling_ratio": .int(2)]),
    OperatorSample("TensorScatter", [[3, 4, 2], [3, 2, 2]], integers: [[3]]),
    OperatorSample("Unique", [[3, 4]], ["axis": .int(1)], results: 4),
    OperatorSample("Compress", [[3, 4], [2]], ["axis": .int(0)]),
    OperatorSample("ReverseSequence", [[3, 4, 2]], constants: [[3, 2, 1, 0]]),
    OperatorSample("CenterCropPad", [[5, 4]], constants: [[3, 6]]),
    OperatorSample(
      "MaxPool", [[1, 2, 5, 6]], ["kernel_shape": .ints([2, 3]), "pads": .ints([1, 0, 0, 1])],
      results: 2),
    OperatorSample(
      "MaxUnpool", [[1, 1, 2, 2]], integers: [[1, 1, 2, 2]],
      ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
    OperatorSample("LpPool", [[1, 2, 5, 6]], ["kernel_shape": .ints([2, 3]), "p": .int(3)]),
    OperatorSample("LRN", [[1, 5, 2]], ["size": .int(3)]),
    OperatorSample("MeanVarianceNormalization", [[2, 3, 2, 2]]),
    OperatorSample("Einsum", [[2, 3, 4], [4, 3]], ["equation": .string("...ij,jk->...ik")]),
    OperatorSample(
      "Col2Im", [[2, 8, 6]], constants: [[3, 4], [2, 2]], ["pads": .ints([0, 0, 0, 0])]),
    OperatorSample("Det", [[2, 3, 3]]),
    OperatorSample("BitShift", integers: [[3], [3]], ["direction": .string("LEFT")]),
    OperatorSample("CumProd", [[2, 3]], constants: [[1]]),
    OperatorSample("DFT", [[2, 5, 1]], constants: [[6], [1]], ["onesided": .int(1)]),
    OperatorSample("STFT", [[1, 8, 1]], constants: [[2], [1, 1, 1, 1], [4]]),
    OperatorSample("Loop", constants: [[4], [1], [2]], ["body": doubling], results: 2),
    OperatorSample(
      "Scan", [[2], [3, 2]], ["body": sums, "num_scan_inputs": .int(1)], results: 2),
  ]

  /// The body of a loop that doubles a value while it is below 12, and joins what it was.
  static let doubling = Onnx_AttributeProto.graph(
    inputs: ["step", "before", "value"],
    [
      NodeModel.node("Add", ["value", "value"], ["doubled"]),
      NodeModel.node("Constant", [], ["limit"], ["value_int": .int(12)]),
      NodeModel.node("Less", ["doubled", "limit"], ["goes on"]),
      NodeModel.node("Identity", ["value"], ["part"]),
    ], outputs: ["goes on", "doubled", "part"])

  /// The body of a scan that sums what it is given, and joins the sums.
  static let sums = Onnx_AttributeProto.graph(
    inputs: ["sum", "part"],
    [
      NodeModel.node("Add", ["sum", "part"], ["next"]),
      NodeModel.node("Identity", ["next"], ["joined"]),
    ], outputs: ["next", "joined"])
}
#endif
