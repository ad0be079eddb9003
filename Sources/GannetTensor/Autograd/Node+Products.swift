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

  /// The multiply-adds of the step's products, as if computed plainly; those of linear, convolutional and
  /// recurrent layers, of `matmul` and of attention are counted. A step of several results has them,
  /// and its results have none.
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

  /// Products of `forward` multiply-adds, with as many again for each gradient of two factors.
  private func passes(_ forward: Int) -> TapeProfile.Products {
    TapeProfile.Products(
      forward: forward, backward: forward * inputs.prefix(2).count { $0 != nil })
  }

  /// Those of `elements` and their weights, the second input, whose first axis they share.
  private func products(of elements: Int) -> TapeProfile.Products {
    guard inputs.count > 1, let weight = inputs[1], weight.isLeaf, weight.shape.rank > 1 else {
      return .none
    }
    return passes(elements * (weight.shape.elementCount / max(1, weight.shape[0])))
  }

  /// Scores and weighted values; the backward pass computes the scores anew, and four products more.
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
