#if ONNX
import Foundation
import GannetData
import GannetTensor

/// A node of a file's graph, with typed access to its attributes.
struct ImportedNode {
  let type: String
  let inputs: [String]
  let outputs: [String]
  /// The version of the operators.
  let opset: Int
  /// The values that a graph in an attribute may read.
  let outer: KnownValues
  let file: ImportedFile
  private let name: String
  private let attributes: [String: Onnx_AttributeProto]
  /// For each input, whether it is of truth values.
  private let truths: [Bool]

  init(
    _ proto: Onnx_NodeProto, opset: Int, _ file: ImportedFile, outer: KnownValues = KnownValues(),
    isTruth: (String) -> Bool = { _ in false }
  ) throws {
    type =
      proto.domain.isEmpty || proto.domain == "ai.onnx"
      ? proto.opType : "\(proto.domain)::\(proto.opType)"
    (inputs, outputs) = (proto.input, proto.output.trimmingEmptyEnd)
    self.outer = outer
    truths = proto.input.map(isTruth)
    name = proto.name
    (self.opset, self.file) = (opset, file)
    var attributes: [String: Onnx_AttributeProto] = [:]
    for attribute in proto.attribute
    where attributes.updateValue(attribute, forKey: attribute.name) != nil {
      throw file.fault("the node \(proto.name) has two attributes \(attribute.name)")
    }
    self.attributes = attributes
  }

  /// The operator and the node's name, for messages.
  var description: String { name.isEmpty ? type : "\(type) (\(name))" }

  func has(_ name: String) -> Bool { attributes[name] != nil }

  /// Whether input `index` is of truth values.
  func isTruth(input index: Int) -> Bool { index < truths.count && truths[index] }

  func int(_ name: String, _ missing: Int = 0) throws -> Int {
    try attribute(name, .int).map { Int(clamping: $0.i) } ?? missing
  }

  func bool(_ name: String) throws -> Bool { try int(name) != 0 }

  /// Integers; where `count` is given, so many of them.
  func ints(_ name: String, count: Int? = nil) throws -> [Int]? {
    guard let found = try attribute(name, .ints)?.ints.map({ Int(clamping: $0) }) else {
      return nil
    }
    if let count, found.count != count {
      throw fault("has \(found.count) \(name), expected \(count)")
    }
    return found
  }

  func float(_ name: String, _ missing: Float) throws -> Float {
    try attribute(name, .float)?.f ?? missing
  }

  func floats(_ name: String) throws -> [Float]? { try attribute(name, .floats)?.floats }

  func string(_ name: String, _ missing: String) throws -> String {
    try attribute(name, .string).map { String(decoding: $0.s, as: UTF8.self) } ?? missing
  }

  func strings(_ name: String) throws -> [String]? {
    try attribute(name, .strings)?.strings.map { String(decoding: $0, as: UTF8.self) }
  }

  func tensor(_ name: String) throws -> GraphValue? {
    try attribute(name, .tensor).map { try StoredTensor($0.t, file).value() }
  }

  /// A graph, which runs as part of the node.
  func graph(_ name: String) throws -> ImportedGraph {
    guard let found = try attribute(name, .graph) else { throw fault("has no \(name)") }
    return try ImportedGraph(found.g, opset, file, outer: outer)
  }

  private func attribute(
    _ name: String, _ type: Onnx_AttributeProto.AttributeType
  ) throws -> Onnx_AttributeProto? {
    guard let attribute = attributes[name] else { return nil }
    guard attribute.type == type else { throw fault("has an attribute \(name) of another type") }
    return attribute
  }

  /// An error about this node.
  func fault(_ problem: String, _ kind: FileError.Kind = .corrupt) -> FileError {
    file.fault("the node \(description) \(problem)", kind)
  }

  /// Throws unless an attribute that only one value is supported of has that.
  func require(_ name: String, _ value: Int) throws {
    let found = try int(name, value)
    guard found == value else { throw fault("has \(name) = \(found)", .unsupported) }
  }
}

extension [String] {
  /// These names without the empty ones at the end, which stand for results that nothing reads.
  fileprivate var trimmingEmptyEnd: [String] {
    Array(prefix((lastIndex { !$0.isEmpty } ?? -1) + 1))
  }
}
#endif
