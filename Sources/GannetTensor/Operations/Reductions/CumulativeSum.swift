import CGannetKernels

extension Tensor {
  /// The cumulative sum along `axis`: element i is x₀ + … + xᵢ, or, if `reversed`, xᵢ + … + the
  /// last. Accumulated in double precision.
  public func cumulativeSum(along axis: Int, reversed: Bool = false) -> Tensor {
    if let trace = Trace.current {
      return trace.record(CumulativeSumOperation(axis: axis, isReversed: reversed), [self])
    }
    let axis = shape.normalized(axis, "cumulativeSum")
    let source = detached().dense()
    let result = Tensor(uninitialized: shape, layout: source.layout)
    let blocks = AxisBlocks(source, axis)
    let (from, to) = (source.pointer, result.pointer)
    blocks.forEachPart { part in
      gannet_cumulative_sum(
        from + part.offset, to + part.offset, blocks.inner, blocks.size, part.count, reversed)
    }
    return withExtendedLifetime(source.storage) {
      result.recorded("cumulativeSum", [node]) { gradient in
        [gradient.cumulativeSum(along: axis, reversed: !reversed)]
      }
    }
  }
}
