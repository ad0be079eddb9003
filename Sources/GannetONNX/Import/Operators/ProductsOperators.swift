#if ONNX
import GannetTensor

extension Operator {
  static let products: [String: Operator] = [
    "MatMul": .tensors(2...2) { x in
      let (a, b) = (x.shape(0), x.shape(1))
      try x.require(
        a.rank > 0 && b.rank > 0 && a[a.rank - 1] == b[max(0, b.rank - 2)], "matrices that fit")
      guard let batch = Shape(a.dropLast(2)).broadcast(with: Shape(b.dropLast(2))) else {
        throw x.fault("expects batches that broadcast")
      }
      _ = try x.shape(batch + a.dropLast().suffix(1) + (b.rank > 1 ? [b[b.rank - 1]] : []))
      return matmul(x[0], x[1])
    },
    "Gemm": Operator(2...3) { node in
      let (alpha, beta) = (try node.float("alpha", 1), try node.float("beta", 1))
      let (transposesA, transposesB) = (try node.bool("transA"), try node.bool("transB"))
      return { x in
        try x.require(x.rank(0) == 2 && x.rank(1) == 2, "two matrices")
        let a = transposesA ? x[0].transposed() : x[0]
        let b = transposesB ? x[1] : x[1].transposed()
        try x.require(a.shape[1] == b.shape[1], "matrices that fit")
        let shape = try x.shape([a.shape[0], b.shape[0]])
        guard let c = x.optionalTensor(2), beta != 0 else {
          let product = matmul(a, b, transposingB: true)
          return [.tensor(alpha == 1 ? product : product * alpha)]
        }
        try x.require(c.shape.broadcast(with: shape) == shape, "a summand of the product's shape")
        if alpha == 1, beta == 1, c.shape == [shape[1]] {
          return [.tensor(linear(a, weight: b, bias: c))]
        }
        let product = matmul(a, b, transposingB: true)
        return [.tensor((alpha == 1 ? product : product * alpha) + c * beta)]
      }
    },
    "Det": Operator(1...1) { _ in
      { x in
        let shape = x.shape(0)
        try x.require(
          shape.rank >= 2 && shape[shape.rank - 1] == shape[shape.rank - 2]
            && !shape.contains(0), "square matrices")
        guard let determinants = try? x[0].determinant() else {
          throw x.fault("has matrices that are not finite")
        }
        return [.tensor(determinants)]
      }
    },
  ]
}
#endif
