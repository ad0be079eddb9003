/// A tensor that grows along one axis in place, such as the keys that a decoder has read.
///
/// Appending copies only what is appended, but for the moves to a larger buffer, whose number is
/// logarithmic. It is a value: copies keep their elements when another one grows. The copy that has
/// appended last grows in the common buffer, the others move to buffers of their own.
///
/// Where gradients are recorded, appending makes a new tensor by ``concatenate(_:along:)``, so that they
/// pass through.
package struct GrowingTensor {
  /// A tensor with room along the axis, of which copies use up to `end` places.
  private final class Buffer {
    let whole: Tensor
    var end: Int

    init(_ whole: Tensor, end: Int) { (self.whole, self.end) = (whole, end) }
  }

  private let axis: Int
  private var buffer: Buffer?
  /// The places in the buffer.
  private var range = 0..<0

  /// An empty tensor that grows along `axis`.
  package init(along axis: Int) { self.axis = axis }

  /// The size along the axis.
  package var count: Int { range.count }

  /// The elements, a view; nil where nothing has been appended.
  package var value: Tensor? { buffer?.whole.sliced(range, along: axis) }

  /// Appends `part`, of the shape of the elements but for the axis.
  package mutating func append(_ part: Tensor) {
    guard let buffer, let value else { return hold(part) }
    guard part.shape == value.shape.replacing(axis, with: part.shape[axis]) else {
      failShapes("append", value.shape, part.shape)
    }
    if Recording.isOn(for: [part.node, value.node]) || Trace.current != nil {
      return hold(concatenate([value, part], along: axis))
    }
    let end = range.upperBound + part.shape[axis]
    let isFree = buffer.end == range.upperBound && end <= buffer.whole.shape[axis]
    if !isFree { move(toRoomFor: 2 * (count + part.shape[axis])) }
    let place = range.upperBound..<range.upperBound + part.shape[axis]
    self.buffer!.whole.sliced(place, along: axis).overwrite(with: part)
    self.buffer!.end = place.upperBound
    range = range.lowerBound..<place.upperBound
  }

  /// Keeps the last `count` elements along the axis.
  package mutating func keepLast(_ count: Int) {
    range = max(range.lowerBound, range.upperBound - count)..<range.upperBound
  }

  /// The slices at `indices` along `axis`, another than the one that grows, in a buffer of its own.
  package func slices(at indices: IntTensor, along axis: Int) -> GrowingTensor {
    var result = GrowingTensor(along: self.axis)
    if let value { result.hold(value.slices(at: indices, along: axis)) }
    return result
  }

  /// Takes `value` as it is, without room.
  private mutating func hold(_ value: Tensor) {
    range = 0..<value.shape[axis]
    buffer = Buffer(value, end: range.upperBound)
  }

  private mutating func move(toRoomFor size: Int) {
    let value = value!.detached()
    let whole = Tensor(uninitialized: value.shape.replacing(axis, with: size))
    range = 0..<range.count
    whole.sliced(range, along: axis).overwrite(with: value)
    buffer = Buffer(whole, end: range.upperBound)
  }
}
