#if ONNX
import GannetTensor

/// An input of a graph, as the file declares it.
struct DeclaredInput {
  let name: String
  private let isInteger: Bool
  /// The size of each axis, nil where it is free; nil where the rank is not declared either.
  private let sizes: [Int?]?

  init(_ proto: Onnx_ValueInfoProto) {
    name = proto.name
    let type = proto.type.tensorType
    let kind = Onnx_TensorProto.DataType(rawValue: Int(type.elemType))
    isInteger = [.int64, .int32, .int16, .int8, .uint8, .uint16, .uint32].contains(kind)
    sizes =
      type.hasShape
      ? type.shape.dim.map { $0.dimValue > 0 ? Int(clamping: $0.dimValue) : nil } : nil
  }

  /// Throws unless the file accepts `value` as this input.
  func check(_ value: GraphValue, _ file: ImportedFile) throws {
    if isInteger, case .tensor = value {
      throw file.fault("the input \(name) takes integers, and was given floats", .unsupported)
    }
    guard let sizes else { return }
    let shape = value.shape
    guard shape.rank == sizes.count, zip(sizes, shape).allSatisfy({ $0 == nil || $0 == $1 }) else {
      let wanted = sizes.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", ")
      throw file.fault(
        "the input \(name) takes the shape [\(wanted)], and was given \(shape)", .unsupported)
    }
  }
}
#endif
