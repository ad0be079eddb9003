#if ONNX
import GannetData
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// The results of a model of one node, whose inputs are floats, then integers, then constants.
func results(
  _ type: String, _ floats: [Tensor] = [], integers: [IntTensor] = [],
  constants: [[Int64]] = [], _ attributes: [String: Onnx_AttributeProto] = [:], count: Int = 1
) throws -> [Tensor] {
  let sample = OperatorSample(
    type, floats.map { Array($0.shape) }, integers: integers.map { Array($0.shape) },
    constants: constants, attributes, results: count)
  let values = try sample.model.read(try TemporaryFolder())(
    Dictionary(uniqueKeysWithValues: floats.enumerated().map { ("x\($0)", $1) }),
    integers: Dictionary(
      uniqueKeysWithValues: integers.enumerated().map { ("x\(floats.count + $0)", $1) }))
  return (0..<count).map { values["y\($0)"]! }
}

/// Expects that `body` throws an error about a file, whose text has `message`.
func expectFault(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  #expect(sourceLocation: sourceLocation) {
    try body()
  } throws: { error in
    (error as? FileError).map { "\($0)".contains(message) } ?? false
  }
}
#endif
