extension TapeProfile {
  /// The multiply-adds of a step's products in both passes.
  package struct Products: Hashable, Sendable {
    package var forward: Int
    package var backward: Int

    package init(forward: Int, backward: Int) {
      self.forward = forward
      self.backward = backward
    }

    package static let none = Products(forward: 0, backward: 0)

    package static func + (a: Products, b: Products) -> Products {
      Products(forward: a.forward + b.forward, backward: a.backward + b.backward)
    }
  }
}

extension Node {
  /// The step that this result of several belongs to.
  var commonStep: Node? {
    guard inputs.count == 1, let step = inputs[0], step.shape == [0],
      "\(step.operation)" == "\(operation)"
    else { return nil }
    return step
  }

  /// The multiply-adds of the step's matrix products, counted as if convolutions were computed directly,
  /// without Winograd. Only linear, convolutional and recurrent layers, `matmul` and attention have
  /// some. Of a step with several results the common step has them, and the results have none.
  package var multiplyAdds: TapeProfile.Products {
    if let statedProducts { return statedProducts }
    switch "\(operation)" {
    case "linear", "conv2D": return products(of: shape.elementCount)
    case "transposedConv2D": return products(of: inputs[0]?.shape.elementCount ?? 0)
    case "matmul":
      let depth = inputs[0]?.shape.last ?? inputs[1]?.shape.dropLast().last ?? 0
      return passes(shape.elementCount * depth)
    case "scaledDotProductAttention": return attentionProducts
    default: return .none
    }
  }

  /// A product of `forward` multiply-adds; the gradient of each of its two factors takes as many again.
  private func passes(_ forward: Int) -> TapeProfile.Products {
    TapeProfile.Products(
      forward: forward, backward: forward * inputs.prefix(2).count { $0 != nil })
  }

  /// The multiply-adds of a layer with weights, the second input: each of `elements`, which are outputs, or
  /// inputs of a transposed convolution, takes the weights of one index of the first axis.
  private func products(of elements: Int) -> TapeProfile.Products {
    guard inputs.count > 1, let weight = inputs[1], weight.isLeaf, weight.shape.rank > 1 else {
      return .none
    }
    return passes(elements * (weight.shape.elementCount / max(1, weight.shape[0])))
  }

  /// The multiply-adds of scores and of weighted values. The backward pass has five such products: it
  /// computes the scores anew, and the gradients of weights, queries, keys and values.
  private var attentionProducts: TapeProfile.Products {
    let forward: Int
    if inputs.count == 1, shape.rank == 3 {
      forward = 2 * shape.elementCount * shape[1]
    } else if let keys = (inputs[1] ?? inputs.last ?? nil)?.shape, keys.rank == 4 {
      forward = (shape.elementCount + (inputs[0]?.shape ?? shape).elementCount) * keys[2]
    } else {
      return .none
    }
    return TapeProfile.Products(forward: forward, backward: forward / 2 * 5)
  }
}
