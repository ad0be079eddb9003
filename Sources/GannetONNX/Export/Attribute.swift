#if ONNX
import Foundation

/// An attribute of a node.
enum Attribute {
  case int(Int)
  case ints([Int])
  case float(Float)
  case string(String)
  case strings([String])

  static func bool(_ value: Bool) -> Attribute { .int(value ? 1 : 0) }

  func proto(named name: String) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    switch self {
    case .int(let value):
      attribute.type = .int
      attribute.i = Int64(value)
    case .ints(let values):
      attribute.type = .ints
      attribute.ints = values.map(Int64.init)
    case .float(let value):
      attribute.type = .float
      attribute.f = value
    case .string(let text):
      attribute.type = .string
      attribute.s = Data(text.utf8)
    case .strings(let texts):
      attribute.type = .strings
      attribute.strings = texts.map { Data($0.utf8) }
    }
    return attribute
  }
}
#endif
