import GannetTensor

/// The memory forms of a tensor. Every operation is tested on all of them.
package enum MemoryForm: CaseIterable, Sendable {
  case contiguous
  case channelsLast
  case transposed
  case slicedFirst
  case slicedMiddle
  case slicedLast
  /// A range of the channels of a channels-last tensor.
  case channelSlice
  /// Every third element: no axis has the stride 1.
  case spaced

  /// The values of `tensor`, off the tape, in this form; as they are where its rank has no such form.
  ///
  /// Elements around a slice are NaN, to detect reads out of bounds.
  package func callAsFunction(_ tensor: Tensor) -> Tensor {
    let tensor = tensor.detached().contiguous()
    let rank = tensor.rank
    switch self {
    case .channelsLast where rank == 4: return tensor.channelsLast()
    case .transposed where rank >= 2:
      let reversed = Array((0..<rank).reversed())
      return tensor.permuted(reversed).contiguous().permuted(reversed)
    case .slicedFirst where rank >= 1: return tensor.cutOut(along: 0) { $0 }
    case .slicedMiddle where rank >= 3: return tensor.cutOut(along: rank / 2) { $0 }
    case .slicedLast where rank >= 2: return tensor.cutOut(along: rank - 1) { $0 }
    case .channelSlice where rank == 4: return tensor.cutOut(along: 1) { $0.channelsLast() }
    case .spaced where rank >= 1 && rank < Shape.maximumRank:
      return tensor.unsqueezed(at: rank).cutOut(along: rank) { $0 }.squeezed(at: rank)
    default: return tensor
    }
  }
}

extension Tensor {
  /// This tensor as a slice along `axis` of one that has two elements more in front and one behind.
  fileprivate func cutOut(along axis: Int, arranged: (Tensor) -> Tensor) -> Tensor {
    let size = shape[axis]
    let inner = shape.dropFirst(axis + 1).reduce(1, *)
    let outer = shape.prefix(axis).reduce(1, *)
    let values = scalars
    let whole = Tensor(shape: shape.replacing(axis, with: size + 3)) { buffer in
      buffer.update(repeating: .nan)
      for index in 0..<outer {
        for element in 0..<size * inner {
          buffer[index * (size + 3) * inner + 2 * inner + element] =
            values[index * size * inner + element]
        }
      }
    }
    return arranged(whole).sliced(2..<2 + size, along: axis)
  }
}
