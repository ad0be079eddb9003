#if ONNX
import GannetTensor

extension Operator {
  static let products: [String: Operator] = [
    "MatMul": .tensors(2...2) { matmul($0[0], $0[1]) },
    "Gemm": Operator(2...3) { node in
      let (alpha, beta) = (try node.float("alpha", 1), try node.float("beta", 1))
      let (transposesA, transposesB) = (try node.bool("transA"), try node.bool("transB"))
      return { x in
        let a = transposesA ? x[0].transposed() : x[0]
        let b = transposesB ? x[1] : x[1].transposed()
        if alpha == 1, beta == 1, x.optionalTensor(2)?.shape == [b.shape[0]] {
          return [.tensor(linear(a, weight: b, bias: x[2]))]
        }
        let product = matmul(a, b, transposingB: true)
        let scaled = alpha == 1 ? product : product * alpha
        return [.tensor(x.optionalTensor(2).map { scaled + $0 * beta } ?? scaled)]
      }
    },
  ]
}
#endif
