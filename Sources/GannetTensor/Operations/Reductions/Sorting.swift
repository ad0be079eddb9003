import CGannetKernels

extension Tensor {
  /// The elements in ascending or descending order along `axis`, the last by default, and their
  /// indices before; both have this tensor's shape.
  ///
  ///     Tensor([3, 1, 2]).sorted()  // [1, 2, 3] and [1, 2, 0]
  ///
  /// Equal elements keep their order (PyTorch's `stable`); NaN is the largest.
  public func sorted(
    along axis: Int = -1, descending: Bool = false
  ) -> (values: Tensor, indices: IntTensor) {
    if let trace = Trace.current {
      let operation = SortOperation(axis: axis, isDescending: descending)
      let results = trace.record(operation, [.tensor(self)])
      return (results[0].tensor, results[1].integers)
    }
    let axis = shape.normalized(axis, "sorted")
    let source = detached().contiguous()
    let values = Tensor(uninitialized: shape)
    let blocks = AxisBlocks(source, axis)
    let (from, to) = (source.pointer, values.pointer)
    let places = [Int32](uninitialized: values.count) { places in
      blocks.forEachPart { part in
        let keys = Storage(count: 4 * blocks.size)  // two rows of eight bytes
        gannet_sort(
          from + part.offset, blocks.inner, blocks.size, part.count, descending ? 1 : 0,
          UnsafeMutableRawPointer(keys.pointer).bindMemory(
            to: UInt64.self, capacity: 2 * blocks.size),
          to + part.offset, places + part.offset)
        withExtendedLifetime(keys) {}
      }
    }
    let indices = IntTensor(places, shape: shape)
    let own = shape
    return withExtendedLifetime(source.storage) {
      let recorded = values.recorded("sorted", [node]) { gradient in
        [Tensor(zeros: own).scatterAdding(gradient, at: indices, along: axis)]
      }
      return (recorded, indices)
    }
  }

  /// The indices of the elements in ascending or descending order along `axis`, as those of
  /// ``sorted(along:descending:)``.
  public func argsort(along axis: Int = -1, descending: Bool = false) -> IntTensor {
    detached().sorted(along: axis, descending: descending).indices
  }
}
