#if ONNX
import GannetTensor

extension Operator {
  static let constants: [String: Operator] = [
    "Constant": Operator(0...0) { node in
      let value: GraphValue
      if let tensor = try node.tensor("value") {
        value = tensor
      } else if node.has("value_float") {
        value = .tensor(Tensor(try node.float("value_float", 0)))
      } else if let floats = try node.floats("value_floats") {
        value = .tensor(Tensor(floats))
      } else if node.has("value_int") {
        value = .integers(IntTensor([Int32(clamping: try node.int("value_int"))], shape: []))
      } else if let ints = try node.ints("value_ints") {
        value = .integers(IntTensor(ints.map { Int32(clamping: $0) }))
      } else {
        throw node.fault("has a value of another type", .unsupported)
      }
      return { _ in [value] }
    },
    "ConstantOfShape": Operator(1...1) { node in
      let value = try node.tensor("value") ?? .tensor(Tensor([0]))
      guard value.shape == [1] else { throw node.fault("has a value of shape \(value.shape)") }
      return { x in
        let shape = Shape(x.sizes(0))
        switch value {
        case .tensor(let tensor):
          return [.tensor(Tensor(repeating: tensor.scalar, shape: shape))]
        case .integers(let integers):
          let all = [Int32](repeating: integers.scalars[0], count: shape.elementCount)
          return [.integers(IntTensor(all, shape: shape))]
        }
      }
    },
    "Shape": Operator(1...1) { node in
      let start = try node.int("start")
      let end = node.has("end") ? try node.int("end") : Int.max
      return { x in
        let shape = Array(x.value(0).shape)
        func place(_ index: Int) -> Int {
          min(max(index < 0 ? index + shape.count : index, 0), shape.count)
        }
        return [.integers(IntTensor(Array(shape[place(start)..<max(place(start), place(end))])))]
      }
    },
    "Size": Operator(1...1) { _ in
      { [.integers(IntTensor([Int32(clamping: $0.value(0).shape.elementCount)], shape: []))] }
    },
    "Range": Operator(3...3) { _ in
      { x in
        guard x.areIntegers else {
          return [
            .tensor(Tensor(rangeFrom: x[0].scalar, to: x[1].scalar, step: x[2].scalar))
          ]
        }
        let bounds = (0..<3).map { Int(x.integers($0).scalars.first ?? 0) }
        guard bounds[2] != 0 else { fail("ONNXModel: \(x.node.description) has the step 0") }
        return [
          .integers(IntTensor(Array(stride(from: bounds[0], to: bounds[1], by: bounds[2]))))
        ]
      }
    },
  ]
}
#endif
