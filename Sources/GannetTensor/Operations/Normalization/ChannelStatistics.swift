import CGannetKernels

/// Mean and variance of each channel over a batch, or by merging over a whole data set.
///
/// Merging statistics of parts is exact up to rounding in double precision.
public struct ChannelStatistics: Sendable {
  /// The number of values of a channel.
  public private(set) var count: Int
  private var means: [Double]
  /// The sums of squared deviations from the mean.
  private var squares: [Double]

  /// Computes statistics of `x`, `[N, C]` or `[N, C, H, W]`, over all axes but the channels.
  public init(of x: Tensor) {
    let x = x.channelMatrix("ChannelStatistics")
    self.init(x, ChannelRows(x))
  }

  /// Makes statistics of no values, for merging.
  public init(channels: Int) {
    count = 0
    means = Array(repeating: 0, count: channels)
    squares = means
  }

  /// Makes the statistics that ``moments`` tell.
  package init(moments: [Double]) {
    let channels = moments.count / 2
    count = Int(moments[0])
    means = Array(moments[1...channels])
    squares = Array(moments[(channels + 1)...])
  }

  /// The count, the means and the sums of squared deviations.
  package var moments: [Double] { [Double(count)] + means + squares }

  /// The mean, `[C]`.
  public var mean: Tensor { Tensor(means.map { Float($0) }) }

  /// The population variance, `[C]`: the sum of squared deviations divided by the number of values
  /// n.
  public var variance: Tensor { Tensor(variances.map { Float($0) }) }

  /// The unbiased sample variance, `[C]`, divided by n - 1.
  public var unbiasedVariance: Tensor {
    Tensor(squares.map { Float($0 / Double(max(1, count - 1))) })
  }

  var exactMeans: [Double] { means }
  var variances: [Double] { squares.map { $0 / Double(max(1, count)) } }

  /// Merges the values of `other`; stops unless it has as many channels.
  public mutating func merge(_ other: ChannelStatistics) {
    guard means.count == other.means.count else {
      failShapes("ChannelStatistics.merge", mean.shape, other.mean.shape)
    }
    for channel in means.indices {
      merge(other.means[channel], other.squares[channel], of: other.count, into: channel, of: count)
    }
    count += other.count
  }

  /// Merges the moments of `added` values with those of the channel's `count` (Chan, Golub,
  /// LeVeque, 1979).
  private mutating func merge(
    _ mean: Double, _ square: Double, of added: Int, into channel: Int, of count: Int
  ) {
    guard added > 0 else { return }
    let share = Double(added) / Double(count + added)
    let difference = mean - means[channel]
    means[channel] += difference * share
    squares[channel] += square + difference * difference * share * Double(count)
  }
}

extension ChannelStatistics {
  /// Computes statistics of `x`, whose channels are described by `rows`.
  init(_ x: Tensor, _ rows: ChannelRows) {
    self.init(channels: rows.channels)
    // The shorter wide row has its own set, since its columns have one value each.
    let sets = LaneSums(lanes: rows.laneCount + 1, kinds: 2, width: rows.width)
    func set(_ lane: Int, _ part: ChannelRows.Part) -> Int { part.isRest ? rows.laneCount : lane }
    let from = x.pointer
    rows.forEachLane { lane, part in
      gannet_moments(
        from + part.offset(rows.stride), rows.stride, part.rows, part.columns,
        sets[set(lane, part), 0], sets[set(lane, part), 1])
    }
    withExtendedLifetime((x.storage, sets)) {
      var counts = Array(repeating: 0, count: rows.channels)
      for lane in 0..<rows.laneCount {
        for part in rows.parts(ofLane: lane) {
          let (means, squares) = (sets[set(lane, part), 0], sets[set(lane, part), 1])
          for column in 0..<part.columns {
            let channel = column % rows.channels
            merge(
              means[column], squares[column], of: part.rows, into: channel, of: counts[channel])
            counts[channel] += part.rows
          }
        }
      }
      count = rows.count
    }
  }
}
