import GannetNN
import GannetTensor

extension ResNet {
  private static func stages(_ blockCounts: [Int], _ channels: [Int]) -> [Stage] {
    zip(blockCounts, channels).map { Stage(blockCount: $0, channels: $1) }
  }

  /// The book's ResNet-18: 11,178,378 parameters for grey images of ten classes, Xavier's rule.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - squeezeRatio: Hidden channels of squeeze and excitation in each block over the block's
  ///     output (Hu et al., 2018); nil, the default, has none.
  ///   - weightInitializer: The initializer of the convolutions' weights.
  public static func resNet18(
    inputChannels: Int = 1, classCount: Int = 10, squeezeRatio: Float? = nil,
    weightInitializer: Initializer = .xavierUniform()
  ) -> ResNet {
    ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .large,
      stages: stages([2, 2, 2, 2], [64, 128, 256, 512]), block: .basic(.book),
      squeezeRatio: squeezeRatio, weightInitializer: weightInitializer,
      outputInitializer: weightInitializer)
  }

  /// A network whose weights torchvision has: `resnet18`, `resnet34`, `resnet50`, `resnet101`,
  /// `resnet152`.
  ///
  /// - Parameters:
  ///   - depth: The number of layers with weights: 18 (11,689,512 parameters for colour images of
  ///     1,000 classes), 34, 50 (25,557,032), 101 or 152.
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  public static func torchvision(
    depth: Int, inputChannels: Int = 3, classCount: Int = 1_000
  ) -> ResNet {
    let blockCounts = [
      18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3],
      152: [3, 8, 36, 3],
    ]
    guard let counts = blockCounts[depth] else {
      fail("ResNet: depth \(depth), expected 18, 34, 50, 101 or 152")
    }
    return ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .large,
      stages: stages(counts, [64, 128, 256, 512]),
      block: depth < 50 ? .basic(.torchvision) : .bottleneck(groups: 1, groupWidth: 64))
  }

  /// ResNeXt-50 (32x4d), whose weights torchvision has as `resnext50_32x4d`: 25,028,904 parameters
  /// for colour images of 1,000 classes (Xie et al., 2017).
  public static func resNeXt50(inputChannels: Int = 3, classCount: Int = 1_000) -> ResNet {
    ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .large,
      stages: stages([3, 4, 6, 3], [64, 128, 256, 512]),
      block: .bottleneck(groups: 32, groupWidth: 4))
  }

  /// The paper's narrow networks for small images: 16, 32 and 64 channels.
  ///
  /// - Parameters:
  ///   - depth: The number of layers with weights, 6 n + 2 for n blocks in a stage: 20, 32, 44, 56,
  ///     110.
  ///   - inputChannels: The channels of the input.
  ///   - classCount: The number of classes.
  ///   - hasSkips: Whether blocks add their input; without, it is the paper's plain network.
  public static func narrow(
    depth: Int, inputChannels: Int = 1, classCount: Int = 10, hasSkips: Bool = true
  ) -> ResNet {
    guard depth >= 8, depth % 6 == 2 else {
      fail("ResNet: depth \(depth), expected 6 n + 2 with n blocks in a stage")
    }
    let blockCount = (depth - 2) / 6
    return ResNet(
      inputChannels: inputChannels, classCount: classCount, stem: .small,
      stages: stages([blockCount, blockCount, blockCount], [16, 32, 64]),
      block: .basic(hasSkips ? .torchvision : .plain))
  }
}
