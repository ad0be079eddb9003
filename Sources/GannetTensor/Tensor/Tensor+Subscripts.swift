// Reading and writing parts by subscript.

extension Tensor {
  /// The slice at `index` along the first axis, without that axis; negative indices count from the
  /// end.
  ///
  ///     x[0] = x[1] * 2
  ///     x[-1] = Tensor(0)
  ///
  /// Reading gives a view. On assignment, the value broadcasts to the slice; copies of this tensor
  /// are not changed, and a leaf can be assigned to only in ``withoutGradients(_:)``.
  public subscript(index: Int) -> Tensor {
    get {
      let range = shape.range(of: index, along: 0)
      return sliced(range, along: 0).squeezed(at: 0)
    }
    set {
      let range = shape.range(of: index, along: 0)
      checkAssignable(newValue, to: shape.removing(0))
      assign(newValue, to: [range])
    }
  }

  /// The slice with indices `range` along the first axis, a view; assignment as for a single index.
  public subscript(range: Range<Int>) -> Tensor {
    get { sliced(range, along: 0) }
    set {
      checkAssignable(newValue, to: sliced(range, along: 0).shape)
      assign(newValue, to: [range])
    }
  }

  /// The element at one index for each axis, of two or more, as a number without gradient; negative
  /// ones count from the end. That of a vector is `x[i].scalar`.
  public subscript(first: Int, second: Int, others: Int...) -> Float {
    get {
      let ranges = shape.ranges(of: [first, second] + others)
      return withExtendedLifetime(storage) {
        pointer[ranges.enumerated().reduce(0) { $0 + $1.element.lowerBound * strides[$1.offset] }]
      }
    }
    set { assign(Tensor(newValue), to: shape.ranges(of: [first, second] + others)) }
  }

  private func checkAssignable(_ value: Tensor, to part: Shape) {
    guard value.shape.broadcast(with: part) == part else {
      failShapes("subscript", part, value.shape)
    }
  }

  private mutating func assign(_ value: Tensor, to ranges: [Range<Int>]) {
    checkChangeable("subscript")
    let node = node
    self = take().replacing(with: value, at: ranges)
    if !Recording.isOn, Trace.current == nil { self.node = node }
  }

  /// This tensor with `value` assigned to the slice at `ranges`; in place if the storage is not
  /// shared.
  private consuming func replacing(with value: Tensor, at ranges: [Range<Int>]) -> Tensor {
    if let trace = Trace.current {
      return trace.record("subscript", [copy self, value]) { x, _ in
        x[0].replacing(with: x[1], at: ranges)
      }
    }
    let inputs = [node, value.node]
    let shape = value.shape
    var result = self.detached()
    if !result.ownsStorage() {
      result = result.copied(to: result.layout == .channelsLast ? .channelsLast : .rowMajor)
    }
    result.cut(to: ranges).overwrite(with: value)
    return result.recorded("subscript", inputs) { gradient in
      [
        inputs[0].map { _ in gradient.replacing(with: Tensor(0), at: ranges) },
        inputs[1].map { _ in gradient.cut(to: ranges).summed(to: shape) },
      ]
    }
  }

  /// The slice with the given ranges along the first axes.
  func cut(to ranges: [Range<Int>]) -> Tensor {
    ranges.enumerated().reduce(self) { $0.sliced($1.element, along: $1.offset) }
  }
}
