#if ONNX
import Foundation
import GannetData
import GannetNN
import GannetONNX
import GannetTensor
import TestSupport
import Testing

@Suite("ONNX operators")
struct OperatorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The result `y` of one node, whose inputs are named by letters.
  private func result(
    _ type: String, _ tensors: [String: Tensor] = [:], integers: [String: IntTensor] = [:],
    _ attributes: [String: Onnx_AttributeProto] = [:], opset: Int64 = 20
  ) throws -> Tensor {
    let names = (Array(tensors.keys) + integers.keys).sorted()
    var model = NodeModel(opset: opset, inputs: names, outputs: ["y"])
    model.add(type, names, ["y"], attributes)
    return try #require(try model.read(folder)(tensors, integers: integers)["y"])
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test("reductions of integers are exact, and integers")
  func integerReductions() throws {
    let numbers = IntTensor([16_777_217, 2, -3, 5, 7, 16_777_219], shape: [2, 3])
    let axis = IntTensor([1])
    func rows(_ type: String) throws -> [Float] {
      // The difference of two sums that floats can't tell from one another.
      var model = NodeModel(inputs: ["a", "b"], outputs: ["y"])
      model.add(type, ["a", "b"], ["reduced"], ["keepdims": .int(0)])
      model.add("less", [16_777_216, 16_777_216])
      model.add("Sub", ["reduced", "less"])
      return try #require(try model.read(folder)(integers: ["a": numbers, "b": axis])["y"]).scalars
    }
    #expect(try rows("ReduceSum") == [0, 15])
    #expect(try rows("ReduceMax") == [1, 3])
    let small = IntTensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(try result("ReduceProd", integers: ["a": small, "b": axis]).scalars == [6, 120])
    #expect(
      try result("CumSum", integers: ["a": small, "b": axis], ["exclusive": .int(1)]).scalars
        == [0, 1, 3, 0, 4, 9])
  }

  @Test("RMSNormalization is the norm by the root mean square")
  func rootMeanSquares() throws {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 4]), Tensor(hash: 2, [4]))
    expectClose(
      try result("RMSNormalization", ["a": x, "b": weight], opset: 23),
      rmsNorm(x, weight: weight, epsilon: 1e-5))
    let wide = try result(
      "RMSNormalization", ["a": x, "b": weight], ["axis": .int(1)], opset: 23)
    expectClose(wide, rmsNorm(x, weight: weight.expanded(to: [3, 4]), epsilon: 1e-5))
  }

  @Test("axes are attributes before opset 13, and softmax is along all from one on")
  func olderOpsets() throws {
    let x = Tensor(hash: 1, [2, 1, 3, 2])
    let squeezed = try result("Squeeze", ["a": x], ["axes": .ints([1])], opset: 11)
    expectIdentical(squeezed, x.squeezed(at: 1))
    let flat = softmax(x.reshaped(to: [2, 6])).reshaped(to: x.shape)
    expectClose(try result("Softmax", ["a": x], ["axis": .int(1)], opset: 12), flat)
    expectClose(try result("Softmax", ["a": x], ["axis": .int(2)], opset: 13), softmax(x, along: 2))
  }

  @Test("one branch of an If runs, and reads values around it")
  func branches() throws {
    var model = NodeModel(inputs: ["a", "condition"], outputs: ["y"])
    model.add(
      "If", ["condition"], ["y"],
      [
        "then_branch": .graph([NodeModel.node("Exp", ["a"], ["t"])], output: "t"),
        "else_branch": .graph([NodeModel.node("Neg", ["a"], ["t"])], output: "t"),
      ])
    let read = try model.read(folder)
    let a = Tensor([1, 2])
    expectClose(try #require(try read(["a": a, "condition": Tensor(1)])["y"]), exp(a))
    expectClose(try #require(try read(["a": a, "condition": Tensor(0)])["y"]), -a)
    model.add("If", ["y"], ["z"], ["then_branch": .graph([], output: "none")])
    #expect(message { _ = try model.read(folder) }.contains("no node makes the result none"))
  }

  @Test("windows with dilations, and padding beyond half of them")
  func windows() throws {
    let x = Tensor((0..<7).map { Float($0) }).reshaped(to: [1, 1, 7])
    let kernel = Onnx_AttributeProto.ints([2])
    let dilated = try result(
      "MaxPool", ["a": x], ["kernel_shape": kernel, "dilations": .ints([3])])
    #expect(dilated.scalars == [3, 4, 5, 6])
    let padded = try result(
      "AveragePool", ["a": x], ["kernel_shape": kernel, "pads": .ints([2, 0])])
    #expect(padded.scalars.dropFirst() == [0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
  }

  @Test("what an operator can't compute is an error with file, node and operator")
  func faults() throws {
    let (a, b) = (Tensor(hash: 1, [2, 3]), Tensor(hash: 2, [4, 3]))
    let product = message { _ = try result("MatMul", ["a": a, "b": b]) }
    #expect(product.contains("model.onnx: the node MatMul (my MatMul) expects matrices that fit"))
    #expect(product.contains("for inputs of shapes [2, 3], [4, 3]"))
    #expect(message { _ = try result("Add", ["a": a, "b": b]) }.contains("that broadcast"))
    #expect(
      message { _ = try result("Gather", ["a": a], integers: ["b": IntTensor([2])]) }
        .contains("an index beyond an axis of size 2"))
    #expect(
      message { _ = try result("Reshape", ["a": a], integers: ["b": IntTensor([4, -1])]) }
        .contains("sizes that fit"))
    #expect(message { _ = try result("Conv", ["a": a, "b": b]) }.contains("windows of 0 axes"))
    let huge = IntTensor([1 << 12, 1 << 12])
    #expect(
      message { _ = try result("ConstantOfShape", integers: ["a": huge]) }
        .contains("more than the 1048576 elements that largestValue allows"))
    #expect(
      message { _ = try result("Softmax", ["a": a], ["axis": .int(2)]) }.contains("the axis 2"))
  }

  @Test("inputs that a file does not declare")
  func inputs() throws {
    let url = folder.file("declared.onnx")
    try ONNX.export(Own(), example: Tensor(hash: 1, [1, 3]), to: url)
    let model = try ONNXModel(contentsOf: url)
    #expect(message { _ = try model(["x": Tensor(1)]) }.contains(#"the inputs are ["input"]"#))
    let other = message { _ = try model(["input": Tensor(hash: 1, [2, 4])]) }
    #expect(other.contains("the input input takes the shape [any, 3], and was given [2, 4]"))
  }

  private final class Own: Layer {
    func callAsFunction(_ x: Tensor) -> Tensor { relu(x) }
  }
}
#endif
