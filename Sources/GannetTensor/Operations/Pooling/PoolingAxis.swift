import CGannetKernels

/// The windows of a pooling along one axis of the images.
struct PoolingAxis {
  /// The window of each output: a range of inputs.
  private(set) var windows: [gannet_span] = []
  /// 1 over the number of elements that each window counts.
  private(set) var shares: [Float] = []
  /// The number of inputs.
  private let size: Int

  /// The number of outputs.
  var count: Int { windows.count }
  /// The size of the largest window.
  var largest: Int { windows.map { Int($0.end - $0.first) }.max() ?? 0 }

  /// Makes windows of `kernel` elements every `stride`, the first of which begins `before` elements
  /// before the input.
  ///
  /// PyTorch's rules: with `ceilMode` the last window may end beyond the padding, but begins in the
  /// input or the front padding. The elements in the padded input count, or only those in the
  /// input.
  init(
    size: Int, kernel: Int, stride: Int, before: Int, after: Int, ceilMode: Bool,
    countsPadding: Bool
  ) {
    self.size = size
    let spare = size + before + after - kernel
    var count = (spare + (ceilMode ? stride - 1 : 0)) / stride + 1
    if ceilMode, (count - 1) * stride >= size + before { count -= 1 }
    reserve(count)
    for index in 0..<count {
      let start = index * stride - before
      let padded = min(start + kernel, size + after) - start
      append(max(0, start)..<min(start + kernel, size), counted: countsPadding ? padded : nil)
    }
  }

  /// Makes `count` windows that divide the input evenly, overlapping where it is not divisible.
  init(size: Int, count: Int) {
    self.size = size
    reserve(count)
    for index in 0..<count {
      append(index * size / count..<((index + 1) * size + count - 1) / count, counted: nil)
    }
  }

  private mutating func reserve(_ count: Int) {
    windows.reserveCapacity(count)
    shares.reserveCapacity(count)
  }

  private mutating func append(_ window: Range<Int>, counted: Int?) {
    windows.append(gannet_span(window))
    shares.append(1 / Float(counted ?? window.count))
  }

  /// The owners of each input: the range of outputs whose windows contain it.
  func owners() -> [gannet_span] {
    var (first, end) = (0, 0)
    return (0..<size).map { element in
      while end < count, windows[end].first <= element { end += 1 }
      while first < end, windows[first].end <= element { first += 1 }
      return gannet_span(first..<end)
    }
  }
}

extension gannet_span {
  fileprivate init(_ range: Range<Int>) {
    self.init(first: Int32(range.lowerBound), end: Int32(range.upperBound))
  }
}
