#if ONNX
import Foundation
import GannetData
import GannetTensor

/// A tensor of a file, with its elements inside or in another file of the same folder.
struct StoredTensor {
  private let proto: Onnx_TensorProto
  private let file: ImportedFile
  private let shape: [Int]
  private let count: Int

  /// Checks type and sizes before anything is read.
  init(_ proto: Onnx_TensorProto, _ file: ImportedFile) throws {
    self.proto = proto
    self.file = file
    shape = proto.dims.map { Int(clamping: $0) }
    guard shape.count <= Shape.maximumRank, !proto.hasSegment,
      let count = Shape.elementCount(checking: shape), count < 1 << 40
    else { throw file.fault("the tensor \(proto.name) has the shape \(shape)") }
    self.count = count
  }

  /// The value; integers beyond 32 bits become the nearest that have them.
  func value() throws -> GraphValue {
    switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
    case .float:
      return try floats(proto.floatData) { $0.loadUnaligned(fromByteOffset: $1, as: Float.self) }
    case .double:
      return try floats(proto.doubleData.map { Float($0) }, 8) {
        Float($0.loadUnaligned(fromByteOffset: $1, as: Double.self))
      }
    case .float16:
      return try floats(proto.int32Data.map { Float(half: UInt16(truncatingIfNeeded: $0)) }, 2) {
        Float(half: $0.loadUnaligned(fromByteOffset: $1, as: UInt16.self))
      }
    case .bfloat16:
      return try floats(
        proto.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }, 2
      ) {
        Float(bitPattern: UInt32($0.loadUnaligned(fromByteOffset: $1, as: UInt16.self)) << 16)
      }
    case .int64:
      return try integers(proto.int64Data.map { Int32(clamping: $0) }, 8) {
        Int32(clamping: $0.loadUnaligned(fromByteOffset: $1, as: Int64.self))
      }
    case .int32:
      return try integers(proto.int32Data, 4) {
        $0.loadUnaligned(fromByteOffset: $1, as: Int32.self)
      }
    case .int8:
      return try integers(proto.int32Data, 1) {
        Int32($0.loadUnaligned(fromByteOffset: $1, as: Int8.self))
      }
    case .uint8, .bool:
      return try integers(proto.int32Data, 1) { Int32($0[$1]) }
    default:
      throw file.fault(
        "the tensor \(proto.name) has elements of type \(proto.dataType)", .unsupported)
    }
  }

  private func floats(
    _ listed: [Float], _ size: Int = 4, _ element: (UnsafeRawBufferPointer, Int) -> Float
  ) throws -> GraphValue {
    .tensor(Tensor(try elements(listed, size, element), shape: Shape(shape)))
  }

  private func integers(
    _ listed: [Int32], _ size: Int, _ element: (UnsafeRawBufferPointer, Int) -> Int32
  ) throws -> GraphValue {
    .integers(IntTensor(try elements(listed, size, element), shape: Shape(shape)))
  }

  /// The elements: those that are listed, or of `size` bytes each.
  private func elements<Element>(
    _ listed: [Element], _ size: Int, _ element: (UnsafeRawBufferPointer, Int) -> Element
  ) throws -> [Element] {
    if !listed.isEmpty {
      guard listed.count == count else {
        throw file.fault("the tensor \(proto.name) has \(listed.count) elements for \(shape)")
      }
      return listed
    }
    let data = try bytes(count * size)
    guard data.count == count * size else {
      throw file.fault("the tensor \(proto.name) has \(data.count) bytes for \(shape)")
    }
    return data.withUnsafeBytes { bytes in (0..<count).map { element(bytes, $0 * size) } }
  }

  private func bytes(_ expected: Int) throws -> Data {
    guard proto.dataLocation == .external else { return proto.rawData }
    var entries: [String: String] = [:]
    for entry in proto.externalData { entries[entry.key] = entry.value }
    func number(_ key: String, _ missing: Int) throws -> Int {
      guard let text = entries[key] else { return missing }
      guard let number = Int(text), number >= 0 else {
        throw file.fault("the tensor \(proto.name) is at the \(key) \(text)")
      }
      return number
    }
    let offset = try number("offset", 0)
    guard try number("length", expected) == expected else {
      throw file.fault("the tensor \(proto.name) has \(entries["length"]!) bytes for \(shape)")
    }
    return try file.external(entries["location"] ?? "", from: offset, count: expected)
  }
}

extension Float {
  /// The number with the bits of half precision.
  fileprivate init(half bits: UInt16) {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023) / 1024)
    switch exponent {
    case 0: self = sign * fraction * 0x1p-14
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default:
      self = sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
#endif
