import GannetNN
import GannetTensor
import TestSupport
import Testing

/// PyTorch's losses and parameters over twenty steps, on a quadratic and on a small network.
///
/// PyTorch computes them in double precision: most optimizers divide a gradient by its own size, so where
/// a gradient is almost 0, its rounding in single precision, which depends on the processor, would reach
/// the parameters.
@Suite struct OptimizerTests {
  @Test func sgd() throws {
    try follow("sgd") { SGD($0, learningRate: 0.1) }
    try follow("sgd_weight_decay") { SGD($0, learningRate: 0.1, weightDecay: 0.01) }
    try follow("sgd_momentum") { SGD($0, learningRate: 0.1, momentum: 0.9) }
    try follow("sgd_nesterov") { SGD($0, learningRate: 0.1, momentum: 0.9, isNesterov: true) }
    try follow("sgd_everything") {
      SGD($0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, isNesterov: true)
    }
  }

  @Test func adaGrad() throws {
    try follow("adagrad") { AdaGrad($0, learningRate: 0.1) }
    try follow("adagrad_weight_decay") { AdaGrad($0, learningRate: 0.1, weightDecay: 0.01) }
  }

  @Test func rmsProp() throws {
    try follow("rmsprop") { RMSProp($0) }
    try follow("rmsprop_momentum") { RMSProp($0, decay: 0.9, momentum: 0.9) }
    try follow("rmsprop_centered") { RMSProp($0, isCentered: true) }
  }

  @Test func adadelta() throws {
    try follow("adadelta") { Adadelta($0) }
    try follow("adadelta_weight_decay") { Adadelta($0, decay: 0.95, weightDecay: 0.01) }
  }

  @Test func adam() throws {
    try follow("adam") { Adam($0, learningRate: 0.01) }
    try follow("adam_betas") { Adam($0, learningRate: 0.01, betas: (0.8, 0.95), epsilon: 1e-6) }
    try follow("adam_weight_decay") { Adam($0, learningRate: 0.01, weightDecay: 0.01) }
    try follow("adamw") { AdamW($0, learningRate: 0.01) }
  }

  @Test func yogi() throws {
    try follow("yogi") { Yogi($0) }
  }

  @Test func amsGrad() throws {
    try follow("adam_amsgrad") {
      Adam($0, learningRate: 0.1, betas: (0.9, 0.9), isAMSGrad: true)
    }
    try follow("adamw_amsgrad") {
      AdamW($0, learningRate: 0.1, betas: (0.9, 0.9), isAMSGrad: true)
    }
  }

  @Test func nAdam() throws {
    try follow("nadam") { NAdam($0, learningRate: 0.01) }
    try follow("nadam_weight_decay") {
      NAdam($0, learningRate: 0.01, weightDecay: 0.1, momentumDecay: 0.1)
    }
    try follow("nadam_decoupled") {
      NAdam($0, learningRate: 0.01, weightDecay: 0.1, decouplesDecay: true)
    }
  }

  @Test func rAdam() throws {
    try follow("radam") { RAdam($0, learningRate: 0.01) }
    try follow("radam_weight_decay") {
      RAdam($0, learningRate: 0.01, betas: (0.8, 0.9), weightDecay: 0.1)
    }
    try follow("radam_decoupled") {
      RAdam($0, learningRate: 0.01, weightDecay: 0.1, decouplesDecay: true)
    }
  }

  @Test func adamax() throws {
    try follow("adamax") { Adamax($0, learningRate: 0.01) }
    try follow("adamax_weight_decay") {
      Adamax($0, learningRate: 0.01, betas: (0.8, 0.9), weightDecay: 0.1)
    }
  }

  @Test func lbfgs() throws {
    try follow("lbfgs") {
      LBFGS($0, learningRate: 0.5, maximumIterations: 2, historySize: 5)
    }
    try follow("lbfgs_wolfe") {
      LBFGS($0, maximumIterations: 2, historySize: 5, lineSearch: .strongWolfe)
    }
  }

  /// Weights and biases apart; an empty group where there are none of a kind.
  private func groups(
    _ parameters: Parameters, rates: (Float, Float) = (0.1, 0.05), decay: Float = 0.1,
    momentum: Float? = nil, betas: (Float, Float)? = nil
  ) -> [ParameterGroup] {
    [
      ParameterGroup(
        parameters.filter { $0.shape.rank > 1 }, learningRate: rates.0, weightDecay: decay),
      ParameterGroup(
        parameters.filter { $0.shape.rank == 1 }, learningRate: rates.1, momentum: momentum,
        betas: betas),
    ]
  }

  @Test func groupsHaveRatesAndDecaysOfTheirOwn() throws {
    try follow("sgd_groups") { SGD(groups: groups($0)) }
    try follow("adam_groups") { Adam(groups: groups($0)) }
  }

  @Test func groupsHaveMomentaAndBetasOfTheirOwn() throws {
    var settings = SGD.Settings.defaults
    settings.momentum = 0.9
    try follow("sgd_momentum_groups") {
      SGD(groups: groups($0, decay: 0, momentum: 0.5), settings: settings)
    }
    try follow("adam_beta_groups") {
      Adam(groups: groups($0, rates: (0.01, 0.05), decay: 0, betas: (0.8, 0.95)))
    }
  }

  @Test func clippingByNorm() throws {
    try follow("sgd_clipped") {
      $0.clipGradients(toNorm: 0.5)
    } _: {
      SGD($0, learningRate: 0.1)
    }
  }

  /// Takes the steps of the case `name` in both problems.
  private func follow(
    _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    beforeUpdate: (Parameters) -> Void = { _ in }, _ make: (Parameters) -> Optimizer
  ) throws {
    let fixture = try Fixture("optimizers")
    for problem in [Problem.quadratic, .network] {
      let losses = try #require(fixture.tensor("\(name)/\(problem.name)/losses"))
      let expected = try #require(fixture.tensor("\(name)/\(problem.name)/parameters"))
      let optimizer = make(problem.parameters)
      let divides = problem.name == "network" && !(optimizer is SGD)
      // L-BFGS comes so close to the minimum that rounding is most of the loss.
      let tolerance = optimizer is LBFGS ? 1e-3 : divides ? 1e-4 : 1e-5
      let floor = optimizer is LBFGS ? losses[0] : Tensor(0)
      for step in 0..<losses.count {
        let loss = problem.takeStep(optimizer) { beforeUpdate(problem.parameters) }
        let place = "\(name), \(problem.name), step \(step)"
        guard
          expectClose(
            loss + floor, losses[step] + floor, tolerance: tolerance, "\(place), loss",
            sourceLocation: sourceLocation),
          expectClose(
            Tensor(problem.scalars), expected[step], tolerance: tolerance, "\(place), parameters",
            sourceLocation: sourceLocation)
        else { break }
      }
    }
  }
}

/// Update rules that PyTorch lacks or has in another form, compared to double precision.
@Suite struct OptimizerRuleTests {
  private let problem = Problem.network

  @Test func dampedMomentum() {
    var v: [Double] = []
    let optimizer = SGD(
      problem.parameters, learningRate: 0.1, momentum: 0.9, dampening: 0.4, weightDecay: 0.01)
    check(problem, optimizer) { w, g in
      let g = zip(w, g).map { $1 + 0.01 * $0 }
      v = v.isEmpty ? g : zip(v, g).map { 0.9 * $0 + 0.6 * $1 }
      return zip(w, v).map { $0 - 0.1 * $1 }
    }
  }

  @Test func centeredRMSPropWithMomentumAndEpsilonInTheRoot() {
    var (s, m, v) = ([Double](), [Double](), [Double]())
    let optimizer = RMSProp(
      problem.parameters, learningRate: 0.01, decay: 0.9, momentum: 0.5, isCentered: true,
      epsilon: 1e-3,
      epsilonPlacement: .insideRoot)
    check(problem, optimizer) { w, g in
      if s.isEmpty { (s, m, v) = (g.map { _ in 0 }, g.map { _ in 0 }, g.map { _ in 0 }) }
      return w.indices.map { i in
        s[i] = 0.9 * s[i] + 0.1 * g[i] * g[i]
        m[i] = 0.9 * m[i] + 0.1 * g[i]
        v[i] = 0.5 * v[i] + g[i] / (s[i] - m[i] * m[i] + 1e-3).squareRoot()
        return w[i] - 0.01 * v[i]
      }
    }
  }

  /// The book's traces from (-5, -2) in 20 steps (section 8.1 of the chapter on optimization).
  @Test(arguments: [Trace.descent, .momentum, .slowMomentum, .adaGrad, .fastAdaGrad, .rmsProp])
  func theBooksTraces(_ trace: Trace) {
    let (x1, x2) = (Parameter(Tensor(-5)), Parameter(Tensor(-2)))
    let optimizer = trace.make(Parameters([x1, x2]))
    for _ in 0..<20 {
      optimizer.zeroGradients()
      (x1.value * x1.value * 0.1 + x2.value * x2.value * 2).backward()
      optimizer.step()
    }
    #expect(abs(Double(x1.value.scalar) - trace.end.0) < 2e-6)
    #expect(abs(Double(x2.value.scalar) - trace.end.1) < 2e-6)
  }

  struct Trace: Sendable {
    let end: (Double, Double)
    let make: @Sendable (Parameters) -> Optimizer

    static let descent = Trace(end: (-0.943467, -0.000073)) { SGD($0, learningRate: 0.4) }
    static let momentum = Trace(end: (0.007188, 0.002553)) {
      SGD($0, learningRate: 0.6, momentum: 0.5)
    }
    static let slowMomentum = Trace(end: (-0.126340, -0.186632)) {
      SGD($0, learningRate: 0.6, momentum: 0.25)
    }
    static let adaGrad = Trace(end: (-2.382563, -0.158591)) {
      AdaGrad($0, learningRate: 0.4, epsilon: 1e-6, epsilonPlacement: .insideRoot)
    }
    static let fastAdaGrad = Trace(end: (-0.002295, 0)) {
      AdaGrad($0, learningRate: 2, epsilon: 1e-6, epsilonPlacement: .insideRoot)
    }
    static let rmsProp = Trace(end: (-0.010599, 0)) {
      RMSProp($0, learningRate: 0.4, decay: 0.9, epsilon: 1e-6, epsilonPlacement: .insideRoot)
    }
  }

  /// Expects each of ten updates to equal that of `rule`.
  private func check(
    _ problem: Problem, _ optimizer: Optimizer,
    sourceLocation: SourceLocation = #_sourceLocation, _ rule: ([Double], [Double]) -> [Double]
  ) {
    for step in 0..<10 {
      let before = problem.scalars.map(Double.init)
      var gradients: [Double] = []
      problem.takeStep(optimizer) {
        gradients = problem.parameters.flatMap { $0.gradient!.scalars.map(Double.init) }
      }
      let expected = rule(before, gradients).map(Float.init)
      expectClose(
        Tensor(problem.scalars), Tensor(expected), "step \(step)", sourceLocation: sourceLocation)
    }
  }
}
