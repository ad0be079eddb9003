#if ONNX
/// The values that a graph's nodes may read, and which of them are truth values.
///
/// Truth values run as floats, 0 and 1. What the file declares, and which operators give them, tells them
/// from numbers for an operator to which the two differ, such as Attention, whose mask hides keys or is
/// added.
struct KnownValues {
  private(set) var names: Set<String> = []
  private var truths: Set<String> = []

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// Whether `name` is a tensor of truth values.
  func isTruth(_ name: String) -> Bool { truths.contains(name) }

  /// Adds a value; false if there is one of that name.
  mutating func insert(_ name: String, isTruth: Bool) -> Bool {
    if isTruth { truths.insert(name) }
    return names.insert(name).inserted
  }

  func union(_ other: KnownValues) -> KnownValues {
    KnownValues(names: names.union(other.names), truths: truths.union(other.truths))
  }
}

extension Onnx_NodeProto {
  private static let comparisons: Set<String> = [
    "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "And", "Or", "Xor", "Not", "IsNaN",
    "IsInf",
  ]
  /// Operators whose results are parts or arrangements of their first input.
  private static let arrangements: Set<String> = [
    "Identity", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Expand", "Tile",
    "Slice", "Split", "Concat", "Pad", "Gather", "GatherElements", "GatherND", "ScatterElements",
    "ScatterND", "Trilu", "Compress", "ReduceMax", "ReduceMin", "CenterCropPad", "ReverseSequence",
  ]

  /// Whether result `index` is of truth values, where `isTruth` says it of inputs.
  func givesTruth(_ index: Int, _ isTruth: (String) -> Bool) -> Bool {
    func input(_ index: Int) -> Bool {
      index < self.input.count && isTruth(self.input[index])
    }
    func attribute(_ name: String) -> Onnx_AttributeProto? {
      self.attribute.first { $0.name == name }
    }
    switch opType {
    case "Cast": return attribute("to").map { $0.i == Onnx_TensorProto.truthType } ?? false
    case "CastLike", "Where": return input(1)
    case "OneHot": return input(2)
    case "EyeLike": return attribute("dtype").map { $0.i == Onnx_TensorProto.truthType } ?? false
    case "Constant", "ConstantOfShape": return attribute("value")?.t.isTruth ?? false
    case "If": return attribute("then_branch")?.g.declaresTruth(output: index) ?? false
    case "Loop": return attribute("body")?.g.declaresTruth(output: index + 1) ?? false
    case "Scan": return attribute("body")?.g.declaresTruth(output: index) ?? false
    default:
      return Self.comparisons.contains(opType) || Self.arrangements.contains(opType) && input(0)
    }
  }
}

extension Onnx_GraphProto {
  fileprivate func declaresTruth(output index: Int) -> Bool {
    index < output.count && output[index].isTruth
  }
}

extension Onnx_ValueInfoProto {
  var isTruth: Bool { Int64(type.tensorType.elemType) == Onnx_TensorProto.truthType }
}

extension Onnx_TensorProto {
  fileprivate static let truthType = Int64(DataType.bool.rawValue)

  var isTruth: Bool { Int64(dataType) == Onnx_TensorProto.truthType }
}
#endif
