import Foundation
import Gannet
import Reproduction

extension Section {
  /// AnyNet's design spaces: their sizes, and the errors of five networks of each.
  static let anynet = Section(
    "anynet", title: "AnyNet's design spaces: 30 networks",
    reference: "8.8, cnn-design; Radosavovic et al. (2020)", seconds: 500, epochs: 3,
    published: AnyNetFigures.all
  ) { context in
    var result = SectionResult()
    let properties = Mirror(reflecting: AnyNet.Stage(depth: 1, width: 8, groupWidth: 8)).children
    let parameters = 1 + properties.count * DesignSpace.stageCount  // 1 is the stem's width
    result[AnyNetFigures.parameters] = Double(parameters)
    result[AnyNetFigures.twoChoices] = pow(2, Double(parameters))
    for (space, figure) in zip(DesignSpace.allCases, AnyNetFigures.configurations) {
      result[figure] = Double(space.memberCount)
    }
    result.add(try DesignStudy(context).result())
    return result
  }
}

/// The errors of networks drawn from each space.
private struct DesignStudy {
  private struct Trained {
    let space: DesignSpace
    let network: CandidateNetwork
    /// The errors on the validation images after the first and the last epoch.
    let (first, last): (Double, Double)
  }

  private let trained: [Trained]

  /// Trains the networks, each under its own name and with the section's seed, so that neither the
  /// draws nor a training depend on the trainings before.
  init(_ context: SectionContext) throws {
    let networks = context.seeded {
      var stream = RandomSource.current.makeStream()
      return DesignSpace.allCases.map {
        ($0, $0.draw(context.isQuick ? 1 : 5, using: &stream))
      }
    }
    let task = try ImageTask(
      context, batchSize: 128, side: CandidateNetwork.side, counts: (10_000, 5_000),
      quick: (256, 256))
    trained = try networks.flatMap { space, networks in
      try networks.enumerated().map { index, network in
        let curves = try context.seeded {
          try task.restarted().train(
            network(), as: "\(space.letter)\(index + 1)", learningRate: 0.05, falling: true)
        }
        let errors = curves[.validationAccuracy]!.values.map { 1 - $0 }
        return Trained(space: space, network: network, first: errors[0], last: errors.last!)
      }
    }
  }

  func result() -> SectionResult {
    var result = SectionResult()
    for space in DesignSpace.allCases {
      result[AnyNetFigures.error(space)] = error { $0.space == space }
      result[AnyNetFigures.residual(space)] = mean(of(space).map(\.network.widthResidual))
    }
    let unconstrained = error { $0.space == .unconstrained }
    result[AnyNetFigures.sharing] =
      error { [.sharedRatio, .sharedGroupWidth].contains($0.space) } - unconstrained
    result[AnyNetFigures.increasing] =
      error { $0.space.rawValue >= DesignSpace.increasingWidth.rawValue } - unconstrained
    result[AnyNetFigures.linear] =
      result[AnyNetFigures.residual(.linearWidth)]!
      / result[AnyNetFigures.residual(.unconstrained)]!
    let (first, last) = (trained.map(\.first), trained.map(\.last))
    let residuals = trained.map(\.network.widthResidual)
    result[AnyNetFigures.rankCorrelation] = rankCorrelation(first, last)
    result[AnyNetFigures.residualCorrelation] = rankCorrelation(residuals, last)
    func hasRatio1(_ each: Trained) -> Bool { each.network.stages[0].bottleneckRatio == 1 }
    let shared = trained.filter { $0.space != .unconstrained }
    if shared.contains(where: hasRatio1), !shared.allSatisfy(hasRatio1) {
      result[AnyNetFigures.bottleneck] =
        mean(shared.filter(hasRatio1).map(\.last))
        - mean(shared.filter { !hasRatio1($0) }.map(\.last))
    }
    result.notes = notes()
    result.plots = [
      Plot(
        "distributions", title: "Share of the networks with at most an error",
        x: Axis("val. error"), y: Axis("share", range: 0...1.02),
        series: DesignSpace.allCases.map(distribution)),
      Plot(
        "fidelity", title: "Errors of 30 networks",
        panels: [
          Panel(
            "After one epoch and after all", x: Axis("after one"), y: Axis("after all"),
            series: [Series("", x: first, y: last, style: .points)]),
          Panel(
            "By the widths' distance from a line", x: Axis("distance over mean width"),
            y: Axis("after all"), series: [Series("", x: residuals, y: last, style: .points)]),
        ]),
    ]
    return result
  }

  private func of(_ space: DesignSpace) -> [Trained] { trained.filter { $0.space == space } }

  private func error(_ isCounted: (Trained) -> Bool) -> Double {
    mean(trained.filter(isCounted).map(\.last))
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// The empirical distribution function of a space's errors.
  private func distribution(_ space: DesignSpace) -> Series {
    let errors = of(space).map(\.last).sorted()
    let shares = errors.indices.map { Double($0 + 1) / Double(errors.count) }
    return Series(space.name, x: [errors[0]] + errors, y: [0] + shares, style: .steps)
  }

  private func notes() -> [Note] {
    trained.map { each in
      let errors = [each.first, each.last].map { String(format: "%.3f", $0) }
      return .row([
        "space": each.space.letter, "network": each.network.text, "error, first epoch": errors[0],
        "error, last": errors[1],
      ])
    }
  }
}
