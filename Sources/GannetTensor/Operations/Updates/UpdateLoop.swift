import CGannetKernels

// Changes of a variable in place, in one pass over it: the steps of optimizers and the like.

extension Tensor {
  /// Calls `kernel(w, g, start, count)` on chunks of this tensor, which is contiguous, and of
  /// `other`, of the same shape, from element `start` on.
  mutating func update(
    by other: Tensor,
    _ kernel: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int, Int) -> Void
  ) {
    prepareToWrite()
    let other = other.contiguous()
    let (w, g) = (pointer, other.pointer)
    ThreadPool.shared.forEach(other.count, by: elementwiseChunk) { range in
      let first = range.lowerBound
      kernel(w + first, g + first, first, range.count)
    }
    withExtendedLifetime(other.storage) {}
  }

  /// The elements, to be written; in storage that nothing else holds.
  mutating func writablePointer() -> UnsafeMutablePointer<Float> {
    prepareToWrite()
    return pointer
  }

  /// a ← a + share · (x - a).
  package mutating func blend(with x: Tensor, share: Float) {
    update(by: x) { a, x, _, count in gannet_blend(a, x, share, count) }
  }

  /// Moves every element towards 0 by `amount`, and no further.
  package mutating func shrink(by amount: Float) {
    let w = writablePointer()
    ThreadPool.shared.forEach(count, by: elementwiseChunk) { range in
      gannet_shrink(w + range.lowerBound, amount, range.count)
    }
  }

  /// This tensor with each element cut to the range from -limit to limit; in place where nothing
  /// else holds the storage, and not recorded. NaN stays.
  package consuming func clipped(to limit: Float) -> Tensor {
    mapped { gannet_clip($0, limit, $1, $2) }
  }
}
