import Foundation
import GannetNN
import GannetTensor

/// The parameters from which RegNets are made (Radosavovic et al., 2020; the book's section 8.8.3).
///
/// Block j is as wide as u = w₀ + wₐ j, quantised to w₀ wₘⁱ for the whole i that is nearest, and
/// then to a multiple of 8. Blocks of one width are a stage.
///
///     RegNetDesign(depth: 22, initialWidth: 24, slope: 24.48, quantiser: 2.54, groupWidth: 16).stages
public struct RegNetDesign: Sendable {
  /// The number of blocks in all.
  public var depth: Int
  /// w₀, a multiple of 8.
  public var initialWidth: Int
  /// wₐ, by which a block is wider than the one before.
  public var slope: Double
  /// wₘ, more than 1, the factor between the widths of stages.
  public var quantiser: Double
  /// Channels of a group of the 3x3 convolutions, in stages that are wide enough.
  public var groupWidth: Int
  /// Channels of the 3x3 convolutions over those of the blocks.
  public var bottleneckRatio: Double = 1

  /// Makes a design; stops where a number is not positive, 8 does not divide the width, or the
  /// quantiser is not above 1.
  public init(
    depth: Int, initialWidth: Int, slope: Double, quantiser: Double, groupWidth: Int,
    bottleneckRatio: Double = 1
  ) {
    guard depth > 0, initialWidth > 0, initialWidth % 8 == 0, slope >= 0, quantiser > 1,
      groupWidth > 0, bottleneckRatio > 0
    else {
      fail(
        "RegNetDesign: depth \(depth), initial width \(initialWidth), slope \(slope), quantiser "
          + "\(quantiser), group width \(groupWidth), bottleneck ratio \(bottleneckRatio); expected "
          + "positive ones, a width that 8 divides, and a quantiser above 1")
    }
    self.depth = depth
    self.initialWidth = initialWidth
    self.slope = slope
    self.quantiser = quantiser
    self.groupWidth = groupWidth
    self.bottleneckRatio = bottleneckRatio
  }

  /// Widths of the blocks, first to last, before groups are made to fit.
  public var blockWidths: [Int] {
    (0..<depth).map { block in
      let width = Double(initialWidth) + slope * Double(block)
      let exponent = (log(width / Double(initialWidth)) / log(quantiser))
        .rounded(.toNearestOrEven)
      let quantised = Double(initialWidth) * pow(quantiser, exponent)
      return Int((quantised / 8).rounded(.toNearestOrEven)) * 8
    }
  }

  /// The stages; where the groups don't divide a stage's 3x3 convolutions, its width is rounded to
  /// the nearest that they do.
  public var stages: [AnyNet.Stage] {
    var stages: [(depth: Int, width: Int)] = []
    for width in blockWidths {
      if stages.last?.width == width {
        stages[stages.count - 1].depth += 1
      } else {
        stages.append((1, width))
      }
    }
    return stages.map { depth, width in
      let inner = Int(Double(width) * bottleneckRatio)
      let group = min(groupWidth, inner)
      let fitting = RegNetDesign.nearest(inner, multipleOf: group)
      return AnyNet.Stage(
        depth: depth, width: Int(Double(fitting) / bottleneckRatio), groupWidth: group,
        bottleneckRatio: Float(bottleneckRatio))
    }
  }

  /// The multiple of `divisor` nearest to `value`, but no less than nine tenths of it.
  private static func nearest(_ value: Int, multipleOf divisor: Int) -> Int {
    let rounded = max(divisor, (value + divisor / 2) / divisor * divisor)
    return Double(rounded) < 0.9 * Double(value) ? rounded + divisor : rounded
  }
}

extension AnyNet {
  /// The book's RegNetX-32: 179,290 parameters for grey images of ten classes.
  public static func regNetX32(inputChannels: Int = 1, classCount: Int = 10) -> AnyNet {
    AnyNet(
      inputChannels: inputChannels, classCount: classCount,
      stages: [
        Stage(depth: 4, width: 32, groupWidth: 16), Stage(depth: 6, width: 80, groupWidth: 16),
      ])
  }

  /// A network of the paper, as torchvision has it.
  ///
  /// - Parameters:
  ///   - design: The parameters from which widths and depths follow.
  ///   - squeezeRatio: 0.25 for RegNetY, nil for RegNetX.
  ///   - inputChannels: The channels of the images; 3 by default.
  ///   - classCount: The number of classes; 1,000 by default.
  public static func regNet(
    _ design: RegNetDesign, squeezeRatio: Float? = nil, inputChannels: Int = 3,
    classCount: Int = 1_000
  ) -> AnyNet {
    AnyNet(
      inputChannels: inputChannels, classCount: classCount, stages: design.stages,
      squeezeRatio: squeezeRatio, hasBias: false, weightInitializer: .heNormal(fan: .outputs),
      outputInitializer: .normal(standardDeviation: 0.01))
  }

  /// RegNetX of 0.4, 0.8, 1.6, 3.2, 8, 16 or 32 billion multiply-adds for a 224x224 image;
  /// torchvision has their weights, `regnet_x_400mf` to `regnet_x_32gf`.
  ///
  /// - Parameters:
  ///   - megaflops: 400, 800, 1600, 3200, 8000, 16000 or 32000.
  ///   - inputChannels: The channels of the images; 3 by default.
  ///   - classCount: The number of classes; 1,000 by default.
  public static func regNetX(
    megaflops: Int, inputChannels: Int = 3, classCount: Int = 1_000
  ) -> AnyNet {
    regNet(
      design(megaflops, of: xDesigns, "regNetX"), inputChannels: inputChannels,
      classCount: classCount)
  }

  /// RegNetY, which has squeeze and excitation; torchvision has their weights, `regnet_y_400mf` to
  /// `regnet_y_32gf`.
  ///
  /// - Parameters:
  ///   - megaflops: 400, 800, 1600, 3200, 8000, 16000 or 32000.
  ///   - inputChannels: The channels of the images; 3 by default.
  ///   - classCount: The number of classes; 1,000 by default.
  public static func regNetY(
    megaflops: Int, inputChannels: Int = 3, classCount: Int = 1_000
  ) -> AnyNet {
    regNet(
      design(megaflops, of: yDesigns, "regNetY"), squeezeRatio: 0.25,
      inputChannels: inputChannels, classCount: classCount)
  }

  private typealias Numbers = (Int, Int, Double, Double, Int)

  /// Depth, initial width, slope, quantiser, group width.
  private static let xDesigns: [Int: Numbers] = [
    400: (22, 24, 24.48, 2.54, 16), 800: (16, 56, 35.73, 2.28, 16),
    1_600: (18, 80, 34.01, 2.25, 24), 3_200: (25, 88, 26.31, 2.25, 48),
    8_000: (23, 80, 49.56, 2.88, 120), 16_000: (22, 216, 55.59, 2.1, 128),
    32_000: (23, 320, 69.86, 2.0, 168),
  ]
  private static let yDesigns: [Int: Numbers] = [
    400: (16, 48, 27.89, 2.09, 8), 800: (14, 56, 38.84, 2.4, 16),
    1_600: (27, 48, 20.71, 2.65, 24), 3_200: (21, 80, 42.63, 2.66, 24),
    8_000: (17, 192, 76.82, 2.19, 56), 16_000: (18, 200, 106.23, 2.48, 112),
    32_000: (20, 232, 115.89, 2.53, 232),
  ]

  private static func design(
    _ megaflops: Int, of designs: [Int: Numbers], _ name: String
  ) -> RegNetDesign {
    guard let (depth, width, slope, quantiser, groupWidth) = designs[megaflops] else {
      let known = designs.keys.sorted().map(String.init).joined(separator: ", ")
      fail("AnyNet.\(name): \(megaflops) megaflops, expected one of \(known)")
    }
    return RegNetDesign(
      depth: depth, initialWidth: width, slope: slope, quantiser: quantiser,
      groupWidth: groupWidth)
  }
}
