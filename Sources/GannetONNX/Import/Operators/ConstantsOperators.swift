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
      guard value.shape.elementCount == 1 else {
        throw node.fault("has a value of shape \(value.shape)")
      }
      return { x in
        let shape = try x.shape(try x.sizes(0))
        switch value {
        case .tensor(let tensor):
          return [.tensor(Tensor(repeating: tensor.reshaped(to: []).scalar, shape: shape))]
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
      { [.integers(IntTensor([Int32(clamping: $0.shape(0).elementCount)], shape: []))] }
    },
    "Range": Operator(3...3) { _ in
      { x in
        let bounds = try (0..<3).map { Double(try x.number($0)) }
        try x.require(
          bounds.allSatisfy(\.isFinite) && bounds[2] != 0, "bounds and a step other than 0")
        guard x.areIntegers else {
          let count = max(0, ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up))
          let shape = try x.shape([Int(min(count, 0x1p40))])
          return [
            .tensor(Tensor((0..<shape[0]).map { Float(bounds[0] + Double($0) * bounds[2]) }))
          ]
        }
        let (start, end, step) = (try x.integer(0), try x.integer(1), try x.integer(2))
        let numbers = stride(from: start, to: end, by: step)
        let rest = (step > 0 ? end - start : start - end) - 1
        _ = try x.shape([rest < 0 ? 0 : rest / abs(step) + 1])
        return [.integers(IntTensor(Array(numbers)))]
      }
    },
    "EyeLike": Operator(1...1) { node in
      let offset = try node.int("k")
      let type = Onnx_TensorProto.DataType(rawValue: try node.int("dtype", 1))
      return { x in
        try x.require(x.rank(0) == 2, "a matrix")
        let (rows, columns) = (x.shape(0)[0], x.shape(0)[1])
        let eye = (0..<rows * columns).map { place -> Int32 in
          (place % columns).subtractingReportingOverflow(place / columns).partialValue == offset
            ? 1 : 0
        }
        let integers = IntTensor(eye, shape: x.shape(0))
        return [type == .int64 || type == .int32 ? .integers(integers) : .tensor(Tensor(integers))]
      }
    },
    "NonZero": Operator(1...1) { _ in
      { x in
        let (elements, shape) = (x[0].scalars, x.shape(0))
        let strides = shape.rowMajorStrides
        let places = elements.indices.filter { elements[$0] != 0 }
        let rows = shape.indices.flatMap { axis in
          places.map { Int32($0 / strides[axis] % shape[axis]) }
        }
        return [.integers(IntTensor(rows, shape: [shape.rank, places.count]))]
      }
    },
  ]
}
#endif
