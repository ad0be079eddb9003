/// The channels of images that several operations compute, side by side in one buffer: their
/// concatenation without copies.
///
/// Operations that are given a buffer write their results into its next channels, in channels-last
/// order. The backward pass reads a result's gradient in place, in the gradient of the whole.
///
///     let buffer = ChannelBuffer(channels: 96)
///     _ = conv2D(x, weight: narrow, activation: .relu, into: buffer)  // 32 channels
///     _ = conv2D(x, weight: wide, padding: 1, into: buffer)  // 64 channels
///     let y = buffer.joined  // [N, 96, H, W]
///
/// Values and gradients are those of `concatenate(_:along:)`. What has been written does not
/// change: ``joined`` may be read between results, as in a dense block.
public final class ChannelBuffer {
  /// The number of channels in all.
  public let channels: Int
  /// The number of channels written so far.
  public private(set) var filled = 0
  /// Images of all channels; nil before the first result.
  private var whole: Tensor?
  /// The step of the tape that joined the channels written so far, or their identity in a trace.
  private(set) var node: Node?

  /// Makes a buffer of `channels` channels; its first result decides on the other sizes.
  public init(channels: Int) { self.channels = channels }

  /// The channels written so far, `[N, filled, H, W]`, without a copy; stops before the first
  /// result.
  public var joined: Tensor {
    guard let whole else { fail("ChannelBuffer: nothing was written yet") }
    return Trace.untraced { whole.sliced(0..<filled, along: 1) }.attached(to: node)
  }

  /// Copies `x`, `[N, C, H, W]`, into the next channels; returns them. Operations that can write
  /// there themselves need no copy.
  @discardableResult
  public func append(_ x: Tensor) -> Tensor {
    if let trace = Trace.current {
      return trace.record(CopyOperation(), [x], into: self)
    }
    let target = room(for: x.shape)
    target.overwrite(with: x)
    return join(target.attached(to: x.node))
  }
}

extension ChannelBuffer {
  /// The channels for a result of `shape`, uninitialized, for ``join(_:)`` afterwards.
  ///
  /// Stops where it has not the other results' images, or more channels than there is room for.
  func room(for shape: Shape) -> Tensor {
    guard shape.rank == 4 else { failShape("ChannelBuffer", shape, expected: "[N, C, H, W]") }
    let whole =
      whole ?? Tensor(uninitialized: shape.replacing(1, with: channels), layout: .channelsLast)
    guard shape.replacing(1, with: channels) == whole.shape else {
      failShapes("ChannelBuffer", whole.shape, shape)
    }
    guard filled + shape[1] <= channels else {
      fail("ChannelBuffer: no room for \(shape[1]) channels, \(filled) of \(channels) are written")
    }
    self.whole = whole
    return whole.sliced(filled..<filled + shape[1], along: 1)
  }

  /// Gives the channels written so far an identity in a trace.
  func identify(by node: Node) { self.node = node }

  /// Joins `part`, a result in the buffer's next channels, to those before; returns it.
  func join(_ part: Tensor) -> Tensor {
    let range = filled..<filled + part.shape[1]
    let (before, own) = (node, Recording.isOn ? part.node : nil)
    filled = range.upperBound
    guard range.lowerBound > 0 else {
      node = own
      return part
    }
    // A part without a gradient does not take away that of the parts before.
    node =
      Recording.$isOn.withValue(true) {
        joined.recorded("concatenate", [before, own]) { gradient in
          [
            before.map { _ in gradient.sliced(0..<range.lowerBound, along: 1) },
            own.map { _ in gradient.sliced(range, along: 1) },
          ]
        }
      }.node
    return part
  }
}
